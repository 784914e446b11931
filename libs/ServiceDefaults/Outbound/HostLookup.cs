using System.Net;

namespace Limner.ServiceDefaults.Outbound;

/// <summary>Asks the DNS for the addresses of a host; a test answers in its place.</summary>
public delegate Task<IPAddress[]> HostLookup(string host, CancellationToken cancellation);
