using Limner.Diffusion.Unclip;

namespace Limner.Requests.Tests;

public sealed class RefusalCodesTests
{
    [Fact]
    public void Every_code_with_which_a_model_refuses_is_in_the_documents()
    {
        string document = File.ReadAllText(Path.Combine(Root(), "docs", "errors.md"));
        foreach (RequestProblem problem in Enum.GetValues<RequestProblem>())
        {
            Assert.Contains($"`{new RefusedRequestException(problem, "").Code}`", document, StringComparison.Ordinal);
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Limner.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Limner.slnx.");
    }
}
