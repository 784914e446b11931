namespace Limner.Deployment.Tests.Kubernetes;

public sealed class SchemaTests
{
    [Fact]
    public async Task The_base_keeps_to_the_schemas_of_Kubernetes_and_KEDA() => Assert.Empty(await Schemas.FaultsAsync(await Manifests.TextAsync()));

    [Theory]
    [InlineData("containerPort: 8080", "containerPort: \"8080\"", "/spec/template/spec/containers/0/ports/0/containerPort must be integer")]
    [InlineData("readOnlyRootFilesystem:", "readonlyRootFilesystem:", "/spec/template/spec/containers/0/securityContext/readonlyRootFilesystem is no field")]
    [InlineData("maxReplicaCount:", "maxReplicas:", "/spec/maxReplicas is no field of keda.sh/v1alpha1 ScaledObject")]
    [InlineData("kind: Job", "kind: Jop", "batch/v1 has no schema for the kind Jop")]
    [InlineData("kind: ScaledObject", "kind: ScaledThing", "keda.sh/v1alpha1 has no schema for the kind ScaledThing")]
    [InlineData("scaleTargetRef:", "scaleTarget:", "ScaledObject/decoder: /spec must have required property")]
    public async Task A_fault_is_noticed(string right, string wrong, string fault)
    {
        string manifests = await Manifests.TextAsync();
        Assert.Contains(right, manifests, StringComparison.Ordinal);
        Assert.Contains(await Schemas.FaultsAsync(manifests.Replace(right, wrong, StringComparison.Ordinal)), line => line.Contains(fault, StringComparison.Ordinal));
    }
}
