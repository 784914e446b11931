using Limner.Gateway.Errors;
using Limner.Gateway.Submissions;
using Limner.ServiceDefaults.Outbound;

namespace Limner.Gateway.Webhooks;

/// <summary>An address that a caller wants to be called at.</summary>
internal static class CallbackUrl
{
    private const int Longest = 2000;

    public static string? Read(JsonFields fields, string name, AddressPolicy policy)
    {
        string? url = fields.Text(name, Longest);
        RefuseIfUnfit(url, name, policy);
        return url;
    }

    /// <exception cref="ApiException">Nothing can be sent there.</exception>
    public static void RefuseIfUnfit(string? url, string name, AddressPolicy policy)
    {
        if (url is not null && policy.Objection(url) is { } objection)
        {
            throw ApiException.Invalid(ErrorCode.InvalidValue, name, $"{name} {objection}");
        }
    }
}
