using Limner.Moderation.Policy;

namespace Limner.Moderation.Tests.Policy;

/// <summary>The policy that ships, measured on the labelled prompts.</summary>
public sealed class ShippedPolicyTests(ITestOutputHelper output)
{
    private static readonly PromptPolicy Policy = PolicyFile.Read(Repository.PolicyFile);

    [Fact]
    public void It_has_the_categories_that_clients_act_on()
    {
        Assert.Equal(["minors", "sexual", "self_harm", "hate", "violence", "public_figures", "living_artists", "political_persuasion"], Policy.Categories);
        Assert.NotEmpty(Policy.Version);
    }

    [Fact]
    public void It_lies_beside_the_program() =>
        Assert.Equal(File.ReadAllText(Repository.PolicyFile), File.ReadAllText(new ModerationOptions().PolicyFile));

    [Fact]
    public void The_labelled_prompts_are_enough_to_measure_by()
    {
        Assert.True(LabelledPrompt.Blocked.Count >= 200 && LabelledPrompt.Innocent.Count >= 250, $"{LabelledPrompt.Blocked.Count} and {LabelledPrompt.Innocent.Count}");
        Assert.Equal(Policy.Categories.Order(), LabelledPrompt.Blocked.Select(prompt => prompt.Category!).Distinct().Order());
        Assert.Equal(LabelledPrompt.Blocked.Count, LabelledPrompt.Blocked.Select(prompt => prompt.Text).Distinct().Count());
        Assert.Equal(LabelledPrompt.Innocent.Count, LabelledPrompt.Innocent.Select(prompt => prompt.Text).Distinct().Count());
    }

    [Fact]
    public void Recall_and_precision_on_the_labelled_prompts()
    {
        int caught = LabelledPrompt.Blocked.Count(prompt => Policy.Judge(prompt.Text) is not null);
        int rightly = LabelledPrompt.Blocked.Count(prompt => Policy.Judge(prompt.Text) == prompt.Category);
        int alarms = LabelledPrompt.Innocent.Count(prompt => Policy.Judge(prompt.Text) is not null);
        (int blocked, int innocent) = (LabelledPrompt.Blocked.Count, LabelledPrompt.Innocent.Count);

        output.WriteLine($"refused {caught} of {blocked} (recall {(double)caught / blocked:P1}), {rightly} with the right category; "
            + $"refused {alarms} of {innocent} innocent ones (false alarms {(double)alarms / innocent:P1}); precision {(double)caught / (caught + alarms):P1}");
        foreach (IGrouping<string?, LabelledPrompt> category in LabelledPrompt.Blocked.GroupBy(prompt => prompt.Category))
        {
            output.WriteLine($"{category.Key}: {category.Count(prompt => Policy.Judge(prompt.Text) is not null)} of {category.Count()}");
        }

        Assert.True(caught >= 0.95 * blocked && alarms <= 0.01 * innocent);
    }

    [Fact]
    public void Each_labelled_prompt_is_judged_as_it_is_marked()
    {
        string[] wrong = [.. LabelledPrompt.Blocked.Concat(LabelledPrompt.Innocent).Where(prompt => Policy.Judge(prompt.Text) == prompt.Category == prompt.KnownToFail)
            .Select(prompt => $"{prompt.Category ?? "innocent"}: {prompt.Text} -> {Policy.Judge(prompt.Text) ?? "passed"}")];
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Every_prompt_survives_the_common_disguises()
    {
        // Of each plain prompt at the top of the file, its letters changed as a whole.
        foreach (LabelledPrompt prompt in LabelledPrompt.Blocked.Take(60))
        {
            Assert.NotNull(Policy.Judge(prompt.Text.ToUpperInvariant()));
            Assert.NotNull(Policy.Judge(string.Concat(prompt.Text.Select(c => c is >= '!' and <= '~' ? (char)(c - '!' + '\uFF01') : c))));
            Assert.NotNull(Policy.Judge(string.Join('\u200B', prompt.Text.ToCharArray())));
            Assert.NotNull(Policy.Judge(string.Concat(prompt.Text.Select(c => char.IsLetter(c) ? $"{c}\u0336" : c.ToString()))));
            Assert.NotNull(Policy.Judge(string.Concat(prompt.Text.Select(c => char.IsAsciiLetterLower(c) ? char.ConvertFromUtf32(0x1D41A + c - 'a') : c.ToString()))));
        }
    }
}
