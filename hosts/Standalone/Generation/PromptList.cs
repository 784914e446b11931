using System.Text;
using Limner.Standalone.Commands;

namespace Limner.Standalone.Generation;

/// <summary>The prompts of one call, each with the sub-folder that its pictures go to.</summary>
internal static class PromptList
{
    /// <summary>A byte that is no UTF-8 would be drawn as U+FFFD; a byte order mark of UTF-16 still counts.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static IReadOnlyList<(string Prompt, string Folder)> Read(GenerateOptions options)
    {
        if (options.Edits.Count > 0)
        {
            return [(Checked(options.Prompt!), "")]; // it may be empty
        }

        if (options.Prompt is not null && options.PromptFile is not null)
        {
            throw Wrong("Give either a prompt or --prompts FILE, not both.");
        }

        if (options.PromptFile is { } file)
        {
            return FromFile(file);
        }

        string prompt = options.Prompt ?? throw Wrong("There is no prompt: say what to draw, as in limner generate \"a red boat\".");
        return string.IsNullOrWhiteSpace(prompt) ? throw Wrong("The prompt is empty: say what to draw, as in limner generate \"a red boat\".") : [(Checked(prompt), "")];
    }

    private static (string Prompt, string Folder)[] FromFile(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file, Strict);
        }
        catch (DecoderFallbackException broken)
        {
            throw new CommandException(ExitCode.Request, $"The prompts file '{file}' is not UTF-8 text; save it as UTF-8.", broken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.Request, $"The prompts file '{file}' cannot be read: {problem.Message}", problem);
        }

        (string, string)[] prompts = [.. lines.Where(line => !string.IsNullOrWhiteSpace(line)).Select((line, i) => (Checked(line.Trim()), $"{i + 1:000}"))];
        return prompts.Length > 0 ? prompts : throw Wrong($"The prompts file '{file}' has no prompt in it; write one on each line.");
    }

    // A text chunk of a PNG ends at U+0000, so such a prompt could not be stored with its picture.
    private static string Checked(string prompt) =>
        prompt.Contains('\0', StringComparison.Ordinal) ? throw Wrong("A prompt contains the character U+0000; prompts are plain text.") : prompt;

    private static CommandException Wrong(string message) => new(ExitCode.Request, message);
}
