using System.Text;
using System.Text.RegularExpressions;
using Limner.Deployment.Tests;
using Limner.Gateway.EventStreams;
using Limner.Gateway.Jobs;
using Limner.Gateway.Submissions;

namespace Limner.Gateway.Tests.Reference;

/// <summary>What docs/jobs.md says can be asked for and is told.</summary>
public sealed partial class JobsDocumentTests
{
    private static readonly string Document = Repository.Text("docs/jobs.md");

    [Fact]
    public void Every_field_of_a_request_stands_in_its_table()
    {
        string[] fields = ["prompt", "n", "size", .. SubmissionReader.Extras, .. SubmissionReader.Conversation];
        Assert.DoesNotContain(fields, field => !Regex.IsMatch(Document, $"^\\| [^|]*`{field}`[^|]*\\|", RegexOptions.Multiline));
    }

    [Fact]
    public void Its_example_is_a_request()
    {
        byte[] body = Encoding.UTF8.GetBytes(Example().Match(Document).Groups[1].Value);
        Submission submission = SubmissionReader.Read(body, new GatewayOptions(), mostPixels: 1, TimeProvider.System.GetUtcNow());
        Assert.Equal((2, 7UL, "1234"), (submission.Count, submission.Seed, submission.Metadata["order"]));
    }

    [Fact]
    public void Every_event_stands_in_its_table()
    {
        string[] events = [.. Enum.GetValues<JobEventKind>().Select(kind => EventView.Of(new JobEvent(Guid.Empty, 1, kind, default) { Candidate = 0 }).Type)];
        Assert.Equal(events.Length, events.Distinct().Count());
        Assert.DoesNotContain(events.Append("progress"), name => !Regex.IsMatch(Document, $"^\\| [^|]*`{Regex.Escape(name)}`[^|]*\\|", RegexOptions.Multiline));
    }

    [GeneratedRegex("^```json\n(\\{\"prompt\".*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Example();
}
