using Limner.Conversation;
using Limner.Conversation.Worlds;
using Limner.Gateway.Dispatch;
using Limner.Gateway.Errors;

namespace Limner.Gateway.Revisions;

/// <summary>Makes prompts of prompts: by the grammar of the model's world where that understands them, and otherwise by the chat endpoint, if there is one.</summary>
internal sealed class Reviser(WorkerPool workers, ChatEndpoint chat)
{
    /// <summary>Words of a prompt that is worth filling in.</summary>
    private const int Short = 2;

    private const string Completing =
        "You write prompts for a text-to-image model. The user gives a prompt of a word or two. Answer with one full prompt for the same subject, in one sentence, and with nothing else.";

    private const string Changing =
        "You write prompts for a text-to-image model. The user gives the prompt of a picture and what is to be different in it. Answer with the prompt of the changed picture and with nothing else. Keep every word about what is not to change.";

    private World? World => workers.Drawing is { } model ? World.Of(model) : null;

    /// <summary>A full prompt for a short one; null if it is left as it is.</summary>
    public async Task<string?> CompleteAsync(string prompt, ulong seed, CancellationToken cancellation)
    {
        if (prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length > Short)
        {
            return null;
        }

        // Where nobody answers, the prompt is drawn as it was written: a word is a prompt.
        return World?.Complete(prompt, seed) ?? (chat.IsThere ? await chat.AskAsync(Completing, prompt, cancellation) : null);
    }

    /// <summary>The prompt of a picture that is changed as an instruction says.</summary>
    /// <exception cref="ApiException">The instruction is not understood, or whoever might understand it does not answer.</exception>
    public async Task<(string Prompt, int? Topic)> ReviseAsync(string prompt, string instruction, int? topic, CancellationToken cancellation)
    {
        string? objection = null;
        try
        {
            if (World?.Revise(prompt, instruction, topic) is { } revision)
            {
                return (revision.Prompt, revision.Topic);
            }
        }
        catch (MisunderstoodException misunderstood)
        {
            objection = misunderstood.Message;
        }

        if (!chat.IsThere)
        {
            throw objection is not null ? ApiException.Invalid(ErrorCode.InstructionNotUnderstood, "prompt", objection)
                : workers.Models.Count == 0 ? ApiException.Unavailable(ErrorCode.ModelsUnavailable, "No worker has said yet which model it has, so its words are not known; try again.")
                : ApiException.Invalid(ErrorCode.OperationNotSupported, "parent", "This service knows the words of its own model alone, which is not the one that draws here, and Conversation:Endpoint names nobody who knows others.");
        }

        return await chat.AskAsync(Changing, $"Prompt: {prompt}\nTo be different: {instruction}", cancellation) is { } said ? (said, null)
            : throw ApiException.Unavailable(ErrorCode.ConversationUnavailable, "Who is asked to change prompts did not answer; try again, or send the whole new prompt without parent.");
    }
}
