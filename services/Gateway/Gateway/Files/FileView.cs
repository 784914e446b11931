using Limner.Gateway.Views;

namespace Limner.Gateway.Files;

/// <summary>A file as its owner sees it, in OpenAI's shape.</summary>
internal sealed record FileView(string Id, long Bytes, long CreatedAt, long ExpiresAt, string Filename, FilePurpose Purpose) : IListed
{
    public string Object { get; } = "file";

    /// <summary>Always this: what is wrong with the lines is said by the batch that reads them.</summary>
    public string Status { get; } = "processed";

    public static FileView Of(StoredFile file) =>
        new(FileId.Format(file.Id), file.Bytes, file.Created.ToUnixTimeSeconds(), file.Expires.ToUnixTimeSeconds(), file.Name, file.Purpose);
}

/// <summary>What a file that was removed leaves.</summary>
internal sealed record DeletedFileView(string Id)
{
    public string Object { get; } = "file";

    public bool Deleted { get; } = true;
}
