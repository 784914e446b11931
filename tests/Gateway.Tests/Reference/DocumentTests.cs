using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Limner.Deployment.Tests;
using Limner.Gateway.Keys;
using Limner.Gateway.Tests.Application;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Limner.Gateway.Tests.Reference;

/// <summary>The API's document against the Gateway that serves it, and against the one that is committed.</summary>
public sealed partial class DocumentTests(SqliteGateway shared)
{
    private const string Committed = "docs/openapi.json";

    [Fact]
    public async Task It_is_the_one_that_is_committed()
    {
        string served = (await TextAsync("/openapi.json")).ReplaceLineEndings("\n").TrimEnd();
        if (Environment.GetEnvironmentVariable("LIMNER_RENEW") == "1")
        {
            await File.WriteAllTextAsync(Repository.At(Committed), served + "\n", TestContext.Current.CancellationToken);
        }

        string committed = Repository.Text(Committed).ReplaceLineEndings("\n").TrimEnd();
        int same = served.Zip(committed).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(served == committed, $"""
            {Committed} is not what the Gateway serves, from "{served.Substring(Math.Max(0, same - 60), Math.Min(120, served.Length - Math.Max(0, same - 60)))}" on.
            If the change is meant, renew it: LIMNER_RENEW=1 ./test.sh Gateway -- --filter-class '*DocumentTests'
            """);
    }

    [Fact]
    public async Task It_is_made_once_and_not_sent_to_who_has_it()
    {
        using var client = new HttpClient { BaseAddress = shared.Gateway.Address };
        using HttpResponseMessage first = await client.GetAsync("/openapi.json", TestContext.Current.CancellationToken);
        using HttpResponseMessage second = await client.GetAsync("/openapi.json", TestContext.Current.CancellationToken);
        Assert.Equal(("application/json", first.Headers.ETag), (second.Content.Headers.ContentType?.MediaType, second.Headers.ETag));
        Assert.Equal(await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), await second.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        client.DefaultRequestHeaders.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await client.GetAsync("/openapi.json", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Every_route_is_in_it()
    {
        JsonObject paths = (await ReadAsync())["paths"]!.AsObject();
        string[] mapped = [.. shared.Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Where(method => method != "HEAD").Select(method => $"{method} {route.RoutePattern.RawText!.TrimEnd('/')}"))];
        string[] documented = [.. paths.SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"))];

        Assert.True(mapped.Length >= 40, $"{mapped.Length} routes");
        Assert.Equal(mapped.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_says_what_it_is_for_who_may_and_how_it_fails()
    {
        string errors = Repository.Text("docs/errors.md");
        JsonObject document = await ReadAsync();
        var names = new HashSet<string>();
        foreach ((string name, JsonObject operation) in await OperationsAsync())
        {
            Assert.True(names.Add((string)operation["operationId"]!), name);
            Assert.True(((string?)operation["summary"])?.Length > 10, name);
            Assert.Equal(name != "GET /v1/images/{id}/file", operation["security"]!.AsArray() is [{ } asked] && asked["key"] is not null);
            Dictionary<string, JsonNode> responses = operation["responses"]!.AsObject().ToDictionary(response => response.Key, response => Follow(document, response.Value!));
            Assert.True(responses.Any(response => response.Key[0] is '2'), $"{name} never succeeds");
            foreach ((string status, JsonNode response) in responses.Where(response => response.Key[0] is '4' or '5'))
            {
                Assert.Equal("#/components/schemas/ErrorEnvelope", (string)response["content"]!["application/json"]!["schema"]!["$ref"]!);
                foreach (string code in Code().Matches((string)response["description"]!).Select(match => match.Groups[1].Value))
                {
                    Assert.True(Regex.IsMatch(errors, $"^\\| `{code}` \\| [0-9, ]*{status}", RegexOptions.Multiline), $"{name} says {status} {code}, and docs/errors.md does not");
                }
            }
        }
    }

    /// <summary>Whoever adds a field to a reader adds it to the document, and the other way round: readers name what they know when they meet what they do not.</summary>
    [Fact]
    public async Task Bodies_have_the_fields_that_are_read()
    {
        JsonObject document = await ReadAsync();
        using GatewayClient client = await shared.Gateway.NewKeyAsync(new KeyTerms($"t{Guid.NewGuid():N}", Scopes.Read | Scopes.Generate | Scopes.Admin));
        int bodies = 0;
        foreach ((string name, JsonObject operation) in await OperationsAsync())
        {
            if (operation["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"] is not { } reference)
            {
                continue;
            }

            string[] documented = [.. document["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!["properties"]!.AsObject().Select(property => property.Key)];
            using var request = new HttpRequestMessage(HttpMethod.Parse(name.Split(' ')[0]), name.Split(' ')[1].Replace("{id}", "x", StringComparison.Ordinal)) { Content = GatewayClient.Json("{\"no such field\": 1}") };
            using HttpResponseMessage response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
            string message = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["message"]!;
            string[] read = message.Split("there are ")[^1].TrimEnd('.').Split(", ");
            // Pictures are taken out of a body before its fields are read.
            Assert.Equal(read.Except(["image", "images", "mask"]).Order(StringComparer.Ordinal), documented.Except(["image", "images", "mask"]).Order(StringComparer.Ordinal));
            bodies++;
        }

        Assert.True(bodies >= 10, $"{bodies} bodies");
    }

    [Fact]
    public async Task Lists_have_the_filters_that_are_read()
    {
        using GatewayClient client = await shared.Gateway.NewKeyAsync(new KeyTerms($"t{Guid.NewGuid():N}", Scopes.Read | Scopes.Generate | Scopes.Admin));
        int lists = 0;
        foreach ((string name, JsonObject operation) in await OperationsAsync())
        {
            string[] documented = [.. (operation["parameters"]?.AsArray() ?? []).Where(parameter => (string)parameter!["in"]! == "query").Select(parameter => (string)parameter!["name"]!)];
            if (documented is [] || name.EndsWith("/file", StringComparison.Ordinal))
            {
                continue;
            }

            using HttpResponseMessage response = await client.Http.GetAsync($"{name.Split(' ')[1]}?no_such_filter=1", TestContext.Current.CancellationToken);
            string message = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["error"]!["message"]!;
            Assert.Equal(message.Split("there are ")[^1].TrimEnd('.').Split(", ").Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
            lists++;
        }

        Assert.Equal(6, lists);
    }

    [Fact]
    public async Task The_page_needs_no_key_and_nothing_from_elsewhere()
    {
        using var stranger = new HttpClient { BaseAddress = shared.Gateway.Address };
        using HttpResponseMessage page = await stranger.GetAsync("/docs/index.html", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        string policy = string.Join(';', page.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'self';", policy, StringComparison.Ordinal);
        string html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        // The policy forbids scripts that stand in the page.
        Assert.DoesNotMatch("<script(?![^>]*src=)", html);
        string[] parts = [.. Part().Matches(html).Select(match => match.Groups[1].Value)];
        Assert.True(parts.Length >= 4, html);
        foreach (string part in parts)
        {
            Assert.DoesNotContain("//", part, StringComparison.Ordinal);
            using HttpResponseMessage served = await stranger.GetAsync($"/docs/{part}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.Equal(policy, string.Join(';', served.Headers.GetValues("Content-Security-Policy")));
        }
    }

    [Fact]
    public async Task Who_opens_the_address_itself_is_led_to_the_page_without_a_key()
    {
        using var stranger = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = shared.Gateway.Address };
        using HttpResponseMessage answer = await stranger.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Found, "/docs"), (answer.StatusCode, answer.Headers.Location?.OriginalString));
        using var follower = new HttpClient { BaseAddress = shared.Gateway.Address };
        Assert.Contains("<html", await follower.GetStringAsync("/", TestContext.Current.CancellationToken), StringComparison.OrdinalIgnoreCase);
    }

    private static JsonNode Follow(JsonObject document, JsonNode response) =>
        response["$ref"] is { } reference ? document["components"]!["responses"]![((string)reference!).Split('/')[^1]]! : response;

    private async Task<JsonObject> ReadAsync() => JsonNode.Parse(await TextAsync("/openapi.json"))!.AsObject();

    private async Task<IEnumerable<(string Name, JsonObject Operation)>> OperationsAsync() => (await ReadAsync())["paths"]!.AsObject()
        .SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!.AsObject())));

    private async Task<string> TextAsync(string path)
    {
        using var stranger = new HttpClient { BaseAddress = shared.Gateway.Address };
        return await stranger.GetStringAsync(path, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Part();
}
