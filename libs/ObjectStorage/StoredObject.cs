namespace Limner.ObjectStorage;

/// <summary>An object in a listing.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Modified">When it was stored.</param>
public sealed record StoredObject(string Key, long Bytes, DateTimeOffset Modified);
