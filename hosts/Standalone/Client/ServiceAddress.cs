namespace Limner.Standalone.Client;

/// <summary>A running service and the key that it is asked with. The address ends with a slash, so that paths go below it.</summary>
internal sealed record ServiceAddress(Uri Server, string Key)
{
    public override string ToString() => Server.AbsoluteUri.TrimEnd('/');
}
