using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Limner.Decoder;
using Limner.Deployment.Tests.Configuration;
using Limner.Encoder;
using Limner.Moderation;
using Limner.ServiceDefaults.Messaging;
using MassTransit;

namespace Limner.Deployment.Tests.Kubernetes;

public sealed partial class WorkloadTests
{
    public static TheoryData<string, string> Workloads => new(Repository.Services.Select(name => ("Deployment", name.ToLowerInvariant())).Append(("Job", "migrate")));

    public static TheoryData<string> Deployments => [.. Repository.Services.Select(name => name.ToLowerInvariant())];

    [Fact]
    public async Task It_has_the_four_deployments_the_migration_their_budgets_and_three_pools()
    {
        string[] names = [.. (await Manifests.AllAsync()).Select(manifest => $"{manifest["kind"].Text}/{manifest["metadata"]["name"].Text}")];
        Assert.Equal(
            ["Deployment/decoder", "Deployment/encoder", "Deployment/gateway", "Deployment/moderation", "Job/migrate", "NetworkPolicy/gateway", "NetworkPolicy/workers", "PodDisruptionBudget/gateway", "PodDisruptionBudget/moderation", "ScaledObject/decoder", "ScaledObject/encoder", "ScaledObject/moderation", "Service/gateway", "TriggerAuthentication/rabbitmq"],
            names.Where(name => !name.StartsWith("Secret/", StringComparison.Ordinal) && !name.StartsWith("ConfigMap/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public async Task A_pod_can_do_little(string kind, string name)
    {
        Yaml pod = (await Manifests.OneAsync(kind, name))["spec"]["template"]["spec"];
        Yaml container = pod["containers"].Items.Single();
        Assert.Equal("false", pod["automountServiceAccountToken"].Text);
        Assert.Equal(("true", "1654", "RuntimeDefault"), (pod["securityContext"]["runAsNonRoot"].Text, pod["securityContext"]["runAsUser"].Text, pod["securityContext"]["seccompProfile"]["type"].Text));
        Assert.Equal(("false", "true"), (container["securityContext"]["allowPrivilegeEscalation"].Text, container["securityContext"]["readOnlyRootFilesystem"].Text));
        Assert.Equal(["ALL"], container["securityContext"]["capabilities"]["drop"].Strings);
        Assert.Equal(["/tmp"], container["volumeMounts"].Items.Select(mount => mount["mountPath"].Text));
        Assert.False(container["resources"]["requests"]["memory"].IsMissing || container["resources"]["limits"]["memory"].IsMissing);
    }

    [Theory]
    [MemberData(nameof(Workloads))]
    public async Task An_image_is_pinned_to_this_version(string kind, string name)
    {
        string image = (await Manifests.OneAsync(kind, name))["spec"]["template"]["spec"]["containers"].Items.Single()["image"].Text;
        Assert.True(PinnedImage.IsPinned(image), image);
        Assert.Equal((await Compose.ComposeFile.ServiceAsync(name))["image"].Text, image);
        Assert.Contains(Product.Version, image, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task A_deployment_is_probed_where_the_service_answers_and_has_time_to_stop(string name)
    {
        Yaml pod = (await Manifests.OneAsync("Deployment", name))["spec"]["template"]["spec"];
        Yaml container = pod["containers"].Items.Single();
        Assert.Equal(("http", "8080"), (container["ports"].Items.Single()["name"].Text, container["ports"].Items.Single()["containerPort"].Text));
        // A Gateway says itself what it lacks, once it has had all of it.
        (string start, string ready) = name == "gateway" ? ("/health/ready", "/health/accepting") : ("/health/live", "/health/ready");
        foreach ((string probe, string path) in new[] { ("startupProbe", start), ("livenessProbe", "/health/live"), ("readinessProbe", ready) })
        {
            Assert.Equal((path, "http"), (container[probe]["httpGet"]["path"].Text, container[probe]["httpGet"]["port"].Text));
        }

        Assert.Equal(name == "gateway" ? "35" : "30", pod["terminationGracePeriodSeconds"].Text);
    }

    [Fact]
    public async Task With_GPUs_each_decoder_has_one_and_the_image_for_it()
    {
        Yaml[] all = Yaml.Documents(await Manifests.BuildAsync("overlays/cuda"));
        Yaml decoder = all.Single(manifest => manifest["kind"].Text == "Deployment" && manifest["metadata"]["name"].Text == "decoder")["spec"]["template"]["spec"]["containers"].Items.Single();
        Assert.Equal(($"limner/decoder:{Product.Version}-cuda", "1", "4Gi"), (decoder["image"].Text, decoder["resources"]["limits"]["nvidia.com/gpu"].Text, decoder["resources"]["limits"]["memory"].Text));
        Assert.Equal((await Manifests.AllAsync()).Length, all.Length);
        // With "auto" a pod whose GPU does not work would hold it and draw on two threads.
        Yaml settings = all.Single(manifest => manifest["kind"].Text == "ConfigMap" && manifest["metadata"]["name"].Text.StartsWith("limner-decoder", StringComparison.Ordinal))["data"];
        Assert.Equal(("cuda", "2"), (settings["Execution__Provider"].Text, settings["Execution__Threads"].Text));
        // What compose gives a GPU.
        IReadOnlyDictionary<string, string> compose = (await Compose.ComposeFile.ConfigAsync(["-f", "docker-compose.yml", "-f", "docker-compose.cuda.yml"], ""))["services"]["decoder"]["environment"].Texts;
        Assert.All(["Decoder__Slots", "Decoder__SuperResolutionSlots"], (string name) => Assert.Equal(compose[name], settings[name].Text));
        Assert.Equal(HalfOfTheBroker(int.Parse(settings["Decoder__Slots"].Text, CultureInfo.InvariantCulture)), ValueOf(all.Single(manifest => manifest["kind"].Text == "ScaledObject" && manifest["metadata"]["name"].Text == "decoder")));
    }

    [Fact]
    public async Task A_pool_of_decoders_grows_when_more_than_half_of_what_the_broker_may_hold_for_it_is_there() =>
        Assert.Equal(HalfOfTheBroker((int)ServiceConfiguration.Default("Decoder", "Decoder:Slots")), ValueOf(await Manifests.OneAsync("ScaledObject", "decoder")));

    [Fact]
    public async Task The_example_replaces_all_that_is_a_placeholder()
    {
        string text = await Manifests.BuildAsync("overlays/example");
        Yaml[] all = Yaml.Documents(text);
        Assert.Equal((await Manifests.AllAsync()).Length + 1, all.Length);
        Assert.Empty(await Schemas.FaultsAsync(text));
        foreach (Yaml manifest in all)
        {
            Assert.Equal("limner", manifest["metadata"]["namespace"].Text);
            foreach ((string name, string value) in manifest["data"].Texts.Where(_ => manifest["kind"].Text == "Secret"))
            {
                Assert.DoesNotContain("replace-me", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(value)), StringComparison.Ordinal);
                Assert.True(value.Length > 0 || name.StartsWith("Conversation__", StringComparison.Ordinal), name);
            }

            foreach (Yaml container in manifest["spec"]["template"]["spec"]["containers"].Items)
            {
                Assert.StartsWith("registry.example.org/limner/", container["image"].Text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Keys_of_the_example_that_nobody_has_made_stop_the_Gateway_and_nothing_else_does()
    {
        Dictionary<string, string> variables = await Manifests.VariablesAsync("Deployment", "gateway", await Manifests.BuildAsync("overlays/example"));
        string[] faults = ServiceConfiguration.Faults("Gateway", variables);
        string[] keys = ["Gateway:BootstrapKey", "Images:SigningKeys", "Webhooks:EncryptionKeys"];
        Assert.Equal(keys, faults.Select(fault => keys.Single(key => fault.StartsWith(key, StringComparison.Ordinal))).Order());

        variables["Gateway__BootstrapKey"] = $"lmn_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}";
        variables["Images__SigningKeys"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        variables["Webhooks__EncryptionKeys"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        Assert.Empty(ServiceConfiguration.Faults("Gateway", variables));
    }

    [Fact]
    public async Task The_examples_way_in_tells_nginx_what_the_runbook_says()
    {
        Yaml ingress = Yaml.Documents(await Manifests.BuildAsync("overlays/example")).Single(manifest => manifest["kind"].Text == "Ingress");
        IReadOnlyDictionary<string, string> told = ingress["metadata"]["annotations"].Texts;
        string runbook = Repository.Text("docs/runbook.md");
        string size = ProxySize().Match(runbook).Groups[1].Value;
        Assert.Equal((size, size), (told["nginx.ingress.kubernetes.io/proxy-body-size"], told["nginx.org/client-max-body-size"]));
        Assert.Contains("an hour for `/v1/jobs/`, and `proxy_buffering off;`", runbook, StringComparison.Ordinal);
        Assert.Equal(("3600", "3600s"), (told["nginx.ingress.kubernetes.io/proxy-read-timeout"], told["nginx.org/proxy-read-timeout"]));
        Assert.Equal(("off", "false"), (told["nginx.ingress.kubernetes.io/proxy-buffering"], told["nginx.org/proxy-buffering"]));

        Yaml rule = ingress["spec"]["rules"].Items.Single(), path = rule["http"]["paths"].Items.Single();
        Assert.Equal(("/v1", "Prefix", "gateway", "http"), (path["path"].Text, path["pathType"].Text, path["backend"]["service"]["name"].Text, path["backend"]["service"]["port"]["name"].Text));
        Assert.Equal([rule["host"].Text], ingress["spec"]["tls"].Items.Single()["hosts"].Strings);
        Assert.Contains($"Images__PublicAddress=https://{rule["host"].Text}", Repository.Text("deploy/k8s/overlays/example/kustomization.yaml"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("moderation")]
    public async Task Pods_that_stand_in_for_each_other_are_spread_over_nodes_and_zones(string name)
    {
        Yaml spec = (await Manifests.OneAsync("Deployment", name))["spec"];
        IReadOnlyList<Yaml> spread = spec["template"]["spec"]["topologySpreadConstraints"].Items;
        Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], spread.Select(constraint => constraint["topologyKey"].Text));
        Assert.All(spread, constraint =>
        {
            Assert.Equal(spec["selector"]["matchLabels"].Texts.OrderBy(pair => pair.Key), constraint["labelSelector"]["matchLabels"].Texts.OrderBy(pair => pair.Key));
            // A cluster of one node runs all of it.
            Assert.Equal(("1", "ScheduleAnyway"), (constraint["maxSkew"].Text, constraint["whenUnsatisfiable"].Text));
        });
    }

    [Theory]
    [InlineData("decoder", "2")]
    [InlineData("encoder", "1")]
    [InlineData("moderation", "1")]
    public async Task A_worker_has_as_many_threads_as_it_requests_processors(string name, string threads)
    {
        Yaml requests = (await Manifests.OneAsync("Deployment", name))["spec"]["template"]["spec"]["containers"].Items.Single()["resources"]["requests"];
        Assert.Equal(threads, requests["cpu"].Text == "500m" ? "1" : requests["cpu"].Text);
        Assert.Equal(threads, (await Manifests.VariablesAsync("Deployment", name))["Execution__Threads"]);
    }

    [Fact]
    public async Task A_gateway_takes_callers_until_nobody_sends_any() => Assert.Equal(
        ["sleep", "5"], (await Manifests.OneAsync("Deployment", "gateway"))["spec"]["template"]["spec"]["containers"].Items.Single()["lifecycle"]["preStop"]["exec"]["command"].Items.Select(part => part.Text));

    [Theory]
    [MemberData(nameof(Deployments))]
    public async Task A_deployment_selects_its_own_pods_and_no_others(string name)
    {
        Yaml spec = (await Manifests.OneAsync("Deployment", name))["spec"];
        Assert.Equal(spec["selector"]["matchLabels"].Texts.OrderBy(pair => pair.Key), spec["template"]["metadata"]["labels"].Texts.OrderBy(pair => pair.Key));
        Assert.Equal(name, spec["selector"]["matchLabels"]["app.kubernetes.io/name"].Text);
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("moderation")]
    public async Task Of_pods_that_stand_in_for_each_other_one_at_a_time_is_moved(string name)
    {
        Yaml budget = (await Manifests.OneAsync("PodDisruptionBudget", name))["spec"], spec = (await Manifests.OneAsync("Deployment", name))["spec"];
        Assert.Equal(spec["selector"]["matchLabels"].Texts.OrderBy(pair => pair.Key), budget["selector"]["matchLabels"].Texts.OrderBy(pair => pair.Key));
        string least = name == "gateway" ? spec["replicas"].Text : (await Manifests.OneAsync("ScaledObject", name))["spec"]["minReplicaCount"].Text;
        Assert.Equal(("1", "2"), (budget["maxUnavailable"].Text, least));
    }

    [Fact]
    public async Task Only_the_Gateway_can_be_called()
    {
        Yaml workers = (await Manifests.OneAsync("NetworkPolicy", "workers"))["spec"], gateway = (await Manifests.OneAsync("NetworkPolicy", "gateway"))["spec"];
        Yaml outside = workers["podSelector"]["matchExpressions"].Items.Single();
        Assert.Equal(("app.kubernetes.io/name", "NotIn"), (outside["key"].Text, outside["operator"].Text));
        Assert.Equal(["gateway"], outside["values"].Strings);
        Assert.Empty(workers["ingress"].Items);
        Assert.Equal(["Ingress"], workers["policyTypes"].Strings);
        foreach (string name in Repository.Services.Select(service => service.ToLowerInvariant()))
        {
            Yaml labels = (await Manifests.OneAsync("Deployment", name))["spec"]["template"]["metadata"]["labels"];
            Assert.All(workers["podSelector"]["matchLabels"].Texts, label => Assert.Equal(label.Value, labels[label.Key].Text));
        }

        Assert.Equal((await Manifests.OneAsync("Deployment", "gateway"))["spec"]["selector"]["matchLabels"].Texts.OrderBy(pair => pair.Key), gateway["podSelector"]["matchLabels"].Texts.OrderBy(pair => pair.Key));
        Assert.Equal("http", gateway["ingress"].Items.Single()["ports"].Items.Single()["port"].Text);
    }

    [Fact]
    public async Task The_service_leads_to_the_Gateway()
    {
        Yaml service = (await Manifests.OneAsync("Service", "gateway"))["spec"], gateway = (await Manifests.OneAsync("Deployment", "gateway"))["spec"];
        Assert.Equal(gateway["selector"]["matchLabels"].Texts.OrderBy(pair => pair.Key), service["selector"].Texts.OrderBy(pair => pair.Key));
        Assert.Equal("http", service["ports"].Items.Single()["targetPort"].Text);
    }

    [Theory]
    [InlineData("encoder", typeof(EncoderRegistration), "PromptApprovedConsumer")]
    [InlineData("decoder", typeof(DecoderRegistration), "ImageEncodedConsumer")]
    [InlineData("moderation", typeof(ModerationRegistration), "ImageDecodedConsumer")]
    public async Task A_pool_follows_the_queue_that_its_consumer_has(string name, Type service, string consumer)
    {
        Yaml spec = (await Manifests.OneAsync("ScaledObject", name))["spec"];
        Yaml trigger = spec["triggers"].Items.Single();
        Assert.Equal(name, spec["scaleTargetRef"]["name"].Text);
        Assert.Equal(QueueOf(service.Assembly, consumer), trigger["metadata"]["queueName"].Text);
        Assert.Equal(("rabbitmq", "http", "QueueLength"), (trigger["type"].Text, trigger["metadata"]["protocol"].Text, trigger["metadata"]["mode"].Text));
        Assert.True((await Manifests.OneAsync("Deployment", name))["spec"]["replicas"].IsMissing, "an apply would undo what KEDA set");

        Yaml secret = (await Manifests.OneAsync("TriggerAuthentication", trigger["authenticationRef"]["name"].Text))["spec"]["secretTargetRef"].Items.Single();
        Assert.False((await Manifests.OneAsync("Secret", secret["name"].Text))["data"][secret["key"].Text].IsMissing);
    }

    private static string HalfOfTheBroker(int slots) => (slots * (double)ServiceConfiguration.Default("Gateway", "Dispatch:CandidatesPerSlot") / 2).ToString(CultureInfo.InvariantCulture);

    private static string ValueOf(Yaml scaled) => scaled["spec"]["triggers"].Items.Single()["metadata"]["value"].Text;

    private static string QueueOf(Assembly service, string consumer)
    {
        Type type = service.GetTypes().Single(type => type.Name == consumer);
        MethodInfo name = typeof(IEndpointNameFormatter).GetMethod(nameof(IEndpointNameFormatter.Consumer))!.MakeGenericMethod(type);
        return (string)name.Invoke(new ServiceEndpointNames(), null)!;
    }

    [GeneratedRegex("`client_max_body_size (\\w+);`")]
    private static partial Regex ProxySize();
}
