using Limner.Imaging;
using Limner.Verdicts;

// Draws pictures and has the Moderation service judge them: every picture with its prompt and verdict, for a judge of another kind to look at.
var options = VerdictOptions.Parse(args);
Directory.CreateDirectory(Path.Combine(options.Out, "pictures"));
await using ModerationService service = await ModerationService.StartAsync(options);
await using StreamWriter list = File.CreateText(Path.Combine(options.Out, "verdicts.jsonl"));
using var painter = new Painter(options);
foreach (string prompt in Prompts.Take(options.Pictures / VerdictOptions.EachPrompt))
{
    foreach ((string name, RgbImage image) in painter.Draw(prompt))
    {
        await list.WriteLineAsync((await service.JudgeAsync(name, image) with { Prompt = prompt }).ToJson());
    }

    await list.FlushAsync();
}
