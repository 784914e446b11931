namespace Limner.Gateway.Uploads;

/// <summary>A file of a request. Its name and declared type are not kept: neither is to be believed.</summary>
/// <param name="Field">Which field it came in: <c>image</c> or <c>mask</c>.</param>
/// <param name="Bytes">The file.</param>
internal sealed record Upload(string Field, byte[] Bytes);

/// <summary>A request with files: its other fields as a JSON object, whatever form it came in.</summary>
internal sealed record ImageForm(byte[] Fields, IReadOnlyList<Upload> Files);
