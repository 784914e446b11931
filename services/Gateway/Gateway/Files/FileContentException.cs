namespace Limner.Gateway.Files;

/// <summary>A file's content is not what its row says: no attempt later finds it.</summary>
internal sealed class FileContentException(string message) : Exception(message);
