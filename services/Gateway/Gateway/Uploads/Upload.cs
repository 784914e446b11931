using System.Security.Cryptography;
using System.Text;

namespace Limner.Gateway.Uploads;

/// <summary>A file of a request. Its name and declared type are not kept: neither is to be believed.</summary>
/// <param name="Field">Which field it came in: <c>image</c> or <c>mask</c>.</param>
/// <param name="Bytes">The file.</param>
internal sealed record Upload(string Field, byte[] Bytes);

/// <summary>A request with files: its other fields as a JSON object, whatever form it came in.</summary>
internal sealed record ImageForm(byte[] Fields, IReadOnlyList<Upload> Files)
{
    /// <summary>What tells this request from another: a form's boundary differs from one attempt to the next, what it says does not.</summary>
    public byte[] Digest() =>
        [.. SHA256.HashData(Fields), .. Files.SelectMany(file => (byte[])[.. SHA256.HashData(Encoding.UTF8.GetBytes(file.Field)), .. SHA256.HashData(file.Bytes)])];
}
