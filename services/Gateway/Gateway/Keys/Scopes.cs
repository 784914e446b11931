namespace Limner.Gateway.Keys;

/// <summary>What a key may do; none includes another. The numbers stand in the database.</summary>
[Flags]
internal enum Scopes
{
    None = 0,

    /// <summary>Look at its tenant's jobs, images and usage.</summary>
    Read = 1,

    /// <summary>Have pictures drawn, and take jobs back.</summary>
    Generate = 2,

    /// <summary>Manage keys and see usage, of every tenant: the operator's.</summary>
    Admin = 4,
}
