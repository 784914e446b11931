namespace Limner.ObjectStorage;

/// <summary>Where objects are kept.</summary>
public enum StorageKind
{
    /// <summary>Files of a folder: one machine.</summary>
    Local,

    /// <summary>A bucket behind the S3 protocol: MinIO, Ceph, AWS.</summary>
    S3
}
