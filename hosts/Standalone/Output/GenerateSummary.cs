namespace Limner.Standalone.Output;

/// <summary>What generate says when it is done: the files, or one JSON document.</summary>
internal static class GenerateSummary
{
    public static void Write(GenerateReport report, bool json, TextWriter output, TextWriter error)
    {
        if (json)
        {
            output.WriteLine(report.ToJson());
            return;
        }

        foreach (RequestReport request in report.Requests)
        {
            foreach (string file in request.Images.Select(image => image.File).Concat(request.ContactSheet is { } sheet ? [sheet] : []))
            {
                output.WriteLine(file);
            }
        }

        int pictures = report.Requests.Sum(request => request.Images.Count);
        error.WriteLine($"{pictures} {(pictures == 1 ? "picture" : "pictures")} in {report.TotalMs / 1000:0.0} s");
    }
}
