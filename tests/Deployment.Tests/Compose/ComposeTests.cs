using Limner.Deployment.Tests.Configuration;

namespace Limner.Deployment.Tests.Compose;

public sealed class ComposeTests
{
    private static readonly string[] Servers = ["rabbitmq", "postgres", "redis", "minio"];

    public static TheoryData<string> All => [.. Repository.Services.Select(name => name.ToLowerInvariant()), "migrate", .. Servers];

    public static TheoryData<string> Ours => [.. Repository.Services];

    [Fact]
    public async Task It_has_the_four_services_the_migration_their_servers_and_nothing_else() =>
        Assert.Equal(All.Select(row => row.Data).Order(), (await ComposeFile.DefaultAsync())["services"].Entries.Keys.Order());

    [Fact]
    public async Task The_broker_leaves_a_message_with_its_worker_until_the_longest_deadline()
    {
        string[] arguments = (await ComposeFile.ServiceAsync("rabbitmq"))["environment"].Texts["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"].Split(' ');
        Assert.Equal(["-rabbit", "consumer_timeout", $"{TimeSpan.FromDays(7).TotalMilliseconds}"], arguments);
    }

    [Fact]
    public async Task With_the_GPU_file_the_workers_get_one()
    {
        Yaml compose = await ComposeFile.ConfigAsync(["-f", "docker-compose.yml", "-f", "docker-compose.cuda.yml"]);
        Assert.Equal(["decoder", "encoder"], compose["services"].Entries.Where(pair => pair.Value["deploy"]["resources"]["reservations"]["devices"].Items.Count == 1).Select(pair => pair.Key).Order());
        Assert.All(["decoder", "encoder"], (string name) => Assert.Equal("cuda", compose["services"][name]["environment"].Texts["Execution__Provider"]));
    }

    [Fact]
    public async Task A_file_of_settings_reaches_the_four_services_alone_and_changes_nothing_that_compose_sets()
    {
        string settings = Path.GetTempFileName();
        await File.WriteAllTextAsync(settings, "# A comment\nRetention__Period=90.00:00:00\nBus__Host=elsewhere\n", TestContext.Current.CancellationToken);
        try
        {
            Yaml services = (await ComposeFile.ConfigAsync([], $"LIMNER_SETTINGS={settings}\n"))["services"];
            Assert.Equal(
                Repository.Services.Select(name => name.ToLowerInvariant()).Order(),
                services.Entries.Where(pair => pair.Value["environment"].Texts.GetValueOrDefault("Retention__Period") == "90.00:00:00").Select(pair => pair.Key).Order());
            Assert.All(Repository.Services, name => Assert.Equal("rabbitmq", services[name.ToLowerInvariant()]["environment"].Texts["Bus__Host"]));
            // A service whose section it is not takes no notice.
            Assert.All(Repository.Services, name => Assert.DoesNotContain(
                ServiceConfiguration.Faults(name, services[name.ToLowerInvariant()]["environment"].Texts), fault => !fault.Contains("no section of", StringComparison.Ordinal)));
        }
        finally
        {
            File.Delete(settings);
        }
    }

    [Fact]
    public void The_file_of_settings_that_is_there_has_none_and_a_copy_of_it_is_not_committed()
    {
        Assert.All(Repository.Text("deploy/container/limner.env").Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("#", line, StringComparison.Ordinal));
        Assert.Contains("/limner.env", Repository.Text(".gitignore").Split('\n'));
    }

    [Theory]
    [InlineData("", "8", "1", "docker-compose.yml")]
    [InlineData("", "16", "8", "docker-compose.yml", "docker-compose.cuda.yml")]
    [InlineData("LIMNER_DECODER_SLOTS=\nLIMNER_SUPER_RESOLUTION_SLOTS=\n", "16", "8", "docker-compose.yml", "docker-compose.cuda.yml")]
    [InlineData("LIMNER_DECODER_SLOTS=2\nLIMNER_SUPER_RESOLUTION_SLOTS=1\n", "2", "1", "docker-compose.yml", "docker-compose.cuda.yml")]
    public async Task A_Decoder_has_slots_for_what_it_runs_on_unless_it_is_told(string variables, string slots, string enlarged, params string[] files)
    {
        Yaml decoder = (await ComposeFile.ConfigAsync(files.SelectMany(file => new[] { "-f", file }), variables))["services"]["decoder"];
        Assert.Equal((slots, enlarged), (decoder["environment"].Texts["Decoder__Slots"], decoder["environment"].Texts["Decoder__SuperResolutionSlots"]));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task An_image_is_pinned(string name) => Assert.True(PinnedImage.IsPinned((await ComposeFile.ServiceAsync(name))["image"].Text), (await ComposeFile.ServiceAsync(name))["image"].Text);

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_container_can_do_little(string name)
    {
        Yaml service = await ComposeFile.ServiceAsync(name);
        Assert.Equal("true", service["read_only"].Text);
        Assert.Contains("/tmp", service["tmpfs"].Strings);
        Assert.Equal(["ALL"], service["cap_drop"].Strings);
        Assert.True(service["cap_add"].IsMissing);
        Assert.Equal(["no-new-privileges:true"], service["security_opt"].Strings);
        Assert.True(service["privileged"].IsMissing);
        Assert.DoesNotContain(service["volumes"].Items, volume => volume.Text.StartsWith('/') || volume["type"].Text == "bind");
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public async Task A_service_is_built_from_its_Dockerfile_at_this_version(string name)
    {
        Yaml service = await ComposeFile.ServiceAsync(name.ToLowerInvariant());
        Assert.EndsWith($"services/{name}/Dockerfile", service["build"]["dockerfile"].Text, StringComparison.Ordinal);
        Assert.StartsWith($"limner/{name.ToLowerInvariant()}:{Product.Version}", service["image"].Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ours))]
    public async Task A_service_has_time_to_hand_its_work_back(string name) =>
        Assert.Equal("30s", (await ComposeFile.ServiceAsync(name.ToLowerInvariant()))["stop_grace_period"].Text);

    [Theory]
    [MemberData(nameof(All))]
    public async Task What_is_waited_for_is_waited_for_until_it_is_well(string name)
    {
        foreach ((string other, Yaml wait) in (await ComposeFile.ServiceAsync(name))["depends_on"].Entries)
        {
            Assert.Equal(other == "migrate" ? "service_completed_successfully" : "service_healthy", wait["condition"].Text);
            Assert.True(other == "migrate" || Servers.Contains(other), $"{name} waits for {other}, which is no server");
        }
    }

    [Fact]
    public async Task Each_waits_for_what_its_variables_name()
    {
        foreach (string name in Repository.Services.Select(name => name.ToLowerInvariant()))
        {
            Yaml service = await ComposeFile.ServiceAsync(name);
            string variables = string.Join('\n', service["environment"].Texts.Values);
            HashSet<string> waits = [.. service["depends_on"].Entries.Keys];
            // The database is reached through the migration, which waits for it.
            Assert.All(Servers.Where(server => variables.Contains(server, StringComparison.Ordinal)),
                server => Assert.True(waits.Contains(server == "postgres" ? "migrate" : server), $"{name} uses {server} and does not wait for it"));
        }

        Assert.Equal(["postgres"], (await ComposeFile.ServiceAsync("migrate"))["depends_on"].Entries.Keys);
    }

    [Fact]
    public async Task Every_server_tells_whether_it_is_well()
    {
        foreach (string name in Servers)
        {
            Assert.NotEmpty((await ComposeFile.ServiceAsync(name))["healthcheck"]["test"].Items);
        }
    }

    [Fact]
    public async Task What_must_not_be_lost_has_a_volume()
    {
        Yaml compose = await ComposeFile.DefaultAsync();
        Assert.Equal(["minio", "postgres", "rabbitmq"], compose["volumes"].Entries.Keys.Order());
        foreach (string name in compose["volumes"].Entries.Keys)
        {
            Yaml volume = Assert.Single(compose["services"][name]["volumes"].Items);
            Assert.StartsWith(name, volume["source"].IsMissing ? volume.Text : volume["source"].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_runbooks_copy_is_of_what_compose_has()
    {
        string runbook = Repository.Text("docs/runbook.md");
        Yaml services = (await ComposeFile.DefaultAsync())["services"];
        IReadOnlyDictionary<string, string> postgres = services["postgres"]["environment"].Texts, minio = services["minio"]["environment"].Texts, gateway = services["gateway"]["environment"].Texts;
        Assert.Contains($"docker compose exec -T postgres pg_dump -U {postgres["POSTGRES_USER"]} -Fc {postgres["POSTGRES_DB"]} ", runbook, StringComparison.Ordinal);
        Assert.Contains($"docker compose exec -T postgres pg_restore -U {postgres["POSTGRES_USER"]} -d {postgres["POSTGRES_DB"]} ", runbook, StringComparison.Ordinal);
        Assert.Contains($"mc alias set limner {gateway["Storage__Endpoint"]} {minio["MINIO_ROOT_USER"]} \"$MINIO_ROOT_PASSWORD\" && mc mirror --overwrite --remove limner/{gateway["Storage__Bucket"]} ", runbook, StringComparison.Ordinal);
        Assert.Contains("MINIO_ROOT_PASSWORD", minio.Keys);
    }

    [Fact]
    public async Task Ports_are_open_to_this_machine_alone()
    {
        Yaml[] ports = [.. (await ComposeFile.DefaultAsync())["services"].Entries.Values.SelectMany(service => service["ports"].Items)];
        Assert.Equal(3, ports.Length);
        Assert.All(ports, port => Assert.Equal("127.0.0.1", HostOf(port)));
    }

    [Fact]
    public async Task Opened_to_others_it_shows_them_what_was_named_and_never_the_brokers_management()
    {
        Assert.Equal(["gateway"], await OpenAsync("LIMNER_BIND=0.0.0.0\n"));
        Assert.Equal(["minio"], await OpenAsync("LIMNER_S3_BIND=0.0.0.0\n"));
        Assert.Equal(["gateway", "minio"], await OpenAsync("LIMNER_BIND=0.0.0.0\nLIMNER_S3_BIND=0.0.0.0\n"));
    }

    private static async Task<IEnumerable<string>> OpenAsync(string variables)
    {
        Yaml services = (await ComposeFile.ConfigAsync([], variables))["services"];
        Assert.Equal("127.0.0.1", HostOf(services["rabbitmq"]["ports"].Items.Single()));
        return services.Entries.Where(pair => pair.Value["ports"].Items.Any(port => HostOf(port) == "0.0.0.0")).Select(pair => pair.Key).Order();
    }

    private static string HostOf(Yaml port) => port["host_ip"].IsMissing ? port.Text.Split(':')[0] : port["host_ip"].Text;
}
