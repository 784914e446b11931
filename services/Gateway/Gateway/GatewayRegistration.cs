namespace Limner.Gateway;

/// <summary>Composes the Gateway service.</summary>
public static class GatewayRegistration;
