namespace Limner.Gateway.Tests.Hostile;

/// <summary>Whole requests: bodies, ids, query strings and headers.</summary>
internal static class RequestFuzzer
{
    private static readonly string[] Types = ["application/json", "application/json; charset=utf-16", "application/json; charset=nothing", "text/plain", "application/problem+json", "multipart/form-data", "a", "*/*"];

    private static readonly string[] Ids =
    [
        "job_0", "job_00000000000000000000000000000000", "img_00000000000000000000000000000000_0", "img_00000000000000000000000000000000_99999999999", "..%2f..%2fetc%2fpasswd", "%00", "%ff", ".", "..", "job_%0d%0aa:b",
        new string('a', 4000),
    ];

    private static readonly string[] Queries =
    [
        "limit=0", "limit=100", "limit=-1", "limit=99999999999999999999", "limit=1&limit=2", "limit", "=1", "&&&", "cursor=job_0", "cursor=job_ffffffffffffffffffffffffffffffff", "status=done", "status=Queued", "status=0", "priority=batch",
        "created_after=0001-01-01T00:00:00%2B14:00", "created_before=9999-12-31T23:59:59-14:00", "created_after=1", "created_after=%00", "a=b", "%", "limit=%d9%a1", "status=queued%0d%0aX:1",
    ];

    private static readonly string[] HeaderValues = ["0", "-1", "2147483648", "1,2", "a b", "'", new string('k', 300), "\"quoted\"", "a=b; c", "%0d%0a"];

    public static HttpRequestMessage Make(Random chance)
    {
        HttpRequestMessage request = chance.Next(10) switch
        {
            < 6 => Submission(chance),
            6 => new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs?{Pick(Queries, chance)}&{Pick(Queries, chance)}"),
            7 => new HttpRequestMessage(Pick([HttpMethod.Get, HttpMethod.Delete, HttpMethod.Put, HttpMethod.Patch], chance), $"/v1/jobs/{Pick(Ids, chance)}"),
            8 => new HttpRequestMessage(HttpMethod.Get, $"/v1/images/{Pick(Ids, chance)}"),
            _ => new HttpRequestMessage(chance.Next(2) == 0 ? HttpMethod.Get : HttpMethod.Post, $"/v1/jobs/{Pick(Ids, chance)}/{Pick(["events", "retry", "nothing"], chance)}"),
        };
        if (chance.Next(5) == 0)
        {
            request.Headers.TryAddWithoutValidation(Pick(["Idempotency-Key", "Last-Event-ID", "Accept", "If-None-Match", "Range", "Expect"], chance), Pick(HeaderValues, chance));
        }

        return request;
    }

    private static HttpRequestMessage Submission(Random chance)
    {
        var content = new ByteArrayContent(JsonFuzzer.Make(chance));
        content.Headers.TryAddWithoutValidation("Content-Type", chance.Next(10) == 0 ? Pick(Types, chance) : "application/json");
        if (chance.Next(50) == 0)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return new HttpRequestMessage(HttpMethod.Post, "/v1/jobs") { Content = content, Headers = { TransferEncodingChunked = chance.Next(4) == 0 } };
    }

    private static T Pick<T>(T[] from, Random chance) => from[chance.Next(from.Length)];
}
