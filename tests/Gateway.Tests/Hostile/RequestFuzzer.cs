using System.Text;

namespace Limner.Gateway.Tests.Hostile;

/// <summary>Whole requests: JSON, forms, pictures, lines, ids, query strings and headers.</summary>
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
        HttpRequestMessage request = chance.Next(20) switch
        {
            < 6 => Posted("/v1/jobs", JsonFuzzer.Make(chance), chance),
            6 or 7 or 8 => new HttpRequestMessage(HttpMethod.Post, "/v1/images/edits") { Content = FormFuzzer.Make(chance, PictureFuzzer.Make, [("prompt", "a hat")]) },
            9 or 10 => new HttpRequestMessage(HttpMethod.Post, "/v1/images/variations") { Content = FormFuzzer.Make(chance, PictureFuzzer.Make, [("model", "dall-e-2")]) },
            11 => Posted(Pick(["/v1/images/edits", "/v1/images/variations"], chance), Encoding.UTF8.GetBytes(DataUrl(chance)), chance),
            12 or 13 => new HttpRequestMessage(HttpMethod.Post, "/v1/files") { Content = FormFuzzer.Make(chance, LineFuzzer.Make, [("purpose", "batch")]) },
            14 => Posted(Pick(["/v1/batches", "/v1/webhooks", "/v1/keys", "/v1/webhooks/signing_secret/rotate"], chance), JsonFuzzer.Make(chance), chance),
            15 => new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs?{Pick(Queries, chance)}&{Pick(Queries, chance)}"),
            16 => new HttpRequestMessage(Pick([HttpMethod.Get, HttpMethod.Delete, HttpMethod.Put, HttpMethod.Patch], chance), $"/v1/jobs/{Pick(Ids, chance)}"),
            17 => new HttpRequestMessage(HttpMethod.Get, $"/v1/images/{Pick(Ids, chance)}"),
            _ => new HttpRequestMessage(chance.Next(2) == 0 ? HttpMethod.Get : HttpMethod.Post, $"/v1/jobs/{Pick(Ids, chance)}/{Pick(["events", "retry", "nothing"], chance)}"),
        };
        if (chance.Next(5) == 0)
        {
            request.Headers.TryAddWithoutValidation(Pick(["Idempotency-Key", "Last-Event-ID", "Accept", "If-None-Match", "Range", "Expect"], chance), Pick(HeaderValues, chance));
        }

        return request;
    }

    private static HttpRequestMessage Posted(string path, byte[] body, Random chance)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", chance.Next(10) == 0 ? Pick(Types, chance) : "application/json");
        if (chance.Next(50) == 0)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        return new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { TransferEncodingChunked = chance.Next(4) == 0 } };
    }

    private static string DataUrl(Random chance)
    {
        string url = $"{Pick(["data:image/png;base64,", "data:;base64,", "data:image/png,", "data:", "http://169.254.169.254/", "file:///etc/passwd"], chance)}{Convert.ToBase64String(PictureFuzzer.Make(chance))}";
        string picture = Pick([$"\"{url}\"", $"{{\"image_url\":\"{url}\"}}", $"[\"{url}\",{JsonFuzzer.Value(chance)}]", JsonFuzzer.Value(chance)], chance);
        return $"{{\"prompt\":\"a hat\",\"{Pick(["image", "images", "mask"], chance)}\":{picture}}}";
    }

    private static T Pick<T>(T[] from, Random chance) => from[chance.Next(from.Length)];
}
