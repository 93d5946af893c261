using System.Text;
using Heliostat.Testing;
using Heliostat.Testing.Certificates;
using Heliostat.Testing.Embedded;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Tests.Strimzi;

/// <summary>Resources as people have them, in both layouts, and what they come to.</summary>
public sealed class StrimziFileTests : IDisposable
{
    private const string Old = """
        # Another document first: a file may have several.
        kind: Kafka
        ---
        apiVersion: kafka.strimzi.io/v1beta2
        kind: KafkaMirrorMaker2
        metadata:
          name: my-mirror-maker-2
        spec:
          version: 3.9.0
          connectCluster: "b"
          clusters:
          - alias: "a"
            bootstrapServers: a-kafka-bootstrap:9092
          - alias: "c"
            bootstrapServers: c-kafka-bootstrap:9092
          - alias: "b"
            bootstrapServers: b-kafka-bootstrap:9092
            config:
              config.storage.replication.factor: -1
              offset.storage.replication.factor: -1
              config.providers: mine
              config.providers.mine.class: org.apache.kafka.common.config.provider.EnvVarConfigProvider
          mirrors:
          - sourceCluster: "a"
            targetCluster: "b"
            sourceConnector:
              tasksMax: 4
              config:
                replication.factor: 1
                sync.topic.acls.enabled: "false"
            heartbeatConnector:
              config:
                heartbeats.topic.replication.factor: 1
            topicsPattern: "orders|pay"
          - sourceCluster: "c"
            targetCluster: "b"
            sourceConnector:
              state: stopped
              config:
                checkpoints.topic.replication.factor: 1
            checkpointConnector:
              config:
                checkpoints.topic.replication.factor: 1
        """;

    private const string New = """
        apiVersion: kafka.strimzi.io/v1
        kind: KafkaMirrorMaker2
        metadata:
          name: my-mirror-maker-2
          namespace: kafka
        spec:
          replicas: 3
          target:
            alias: b
            bootstrapServers: b-kafka-bootstrap:9093
            groupId: my-group
            configStorageTopic: my-configs
            offsetStorageTopic: my-offsets
            statusStorageTopic: my-status
            tls:
              trustedCertificates:
              - secretName: b-cluster-ca-cert
                pattern: "*.crt"
            authentication:
              type: tls
              certificateAndKey: {secretName: mirror, certificate: user.crt, key: user.key}
            config:
              producer.linger.ms: 20
          mirrors:
          - source:
              alias: a
              bootstrapServers: a-kafka-bootstrap:9092
              authentication:
                type: scram-sha-512
                username: mirror
                passwordSecret: {secretName: a-mirror, password: password}
              rack: {}
            sourceConnector:
              autoRestart: {enabled: true}
              config:
                topics: "never: the pattern wins"
            checkpointConnector:
              config:
                sync.group.offsets.enabled: true
            topicsPattern: ".*"
            groupsPattern: "shop"
        """;

    private const string Stopped = "spec.mirrors[1].sourceConnector";
    private const string Module = "org.apache.kafka.common.security.scram.ScramLoginModule";

    private readonly TemporaryFolder _folder = new("strimzi");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_layout_of_v1beta2_comes_to_flows_of_its_mirrors()
    {
        var (exitCode, output, errors) = await RunAsync("strimzi", Write(Old), "--properties");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            """
            # Made of mirror.yaml.
            clusters = a, b, c
            emit.heartbeats.enabled = false
            config.providers = mine,strimzienv,strimzifile,strimzidir,strimzisecrets
            config.providers.strimzienv.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider
            config.providers.strimzifile.class = org.apache.kafka.common.config.provider.FileConfigProvider
            config.providers.strimzidir.class = org.apache.kafka.common.config.provider.DirectoryConfigProvider
            config.providers.strimzisecrets.class = io.strimzi.kafka.KubernetesSecretConfigProvider
            a.bootstrap.servers = a-kafka-bootstrap:9092
            a.security.protocol = PLAINTEXT
            b.bootstrap.servers = b-kafka-bootstrap:9092
            b.offset.storage.topic = mirrormaker2-cluster-offsets
            b.security.protocol = PLAINTEXT
            b.offset.storage.replication.factor = -1
            config.providers.mine.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider
            c.bootstrap.servers = c-kafka-bootstrap:9092
            c.security.protocol = PLAINTEXT
            a->b.enabled = true
            a->b.name = a->b.MirrorSourceConnector
            a->b.tasks.max = 4
            a->b.replication.factor = 1
            a->b.sync.topic.acls.enabled = false
            a->b.emit.checkpoints.enabled = false
            a->b.heartbeats.topic.replication.factor = 1
            a->b.emit.heartbeats.enabled = true
            a->b.topics = orders|pay
            c->b.enabled = false
            c->b.name = c->b.MirrorSourceConnector
            c->b.tasks.max = 1
            c->b.checkpoints.topic.replication.factor = 1
            c->b.emit.checkpoints.enabled = true
            c->b.emit.heartbeats.enabled = false

            """, output);
        Assert.Equal(
            [
                ":9: spec.version: has no effect here: no Kafka of its own is started",
                $":38: {Stopped}.state: is 'stopped': what this connector does is off until the resource says otherwise",
                $":40: {Stopped}.config.checkpoints.topic.replication.factor: has no effect here: the source connector does not know it",
            ], Told(errors));
    }

    [Fact]
    public async Task The_layout_of_v1_and_what_it_says_of_secrets()
    {
        var (exitCode, output, errors) = await RunAsync("strimzi", Write(New), "--properties");

        Assert.Equal(0, exitCode);
        Assert.Equal(
            [
                "a.bootstrap.servers = a-kafka-bootstrap:9092",
                "a.sasl.mechanism = SCRAM-SHA-512",
                $"a.sasl.jaas.config = {Module} required username=\"mirror\" password=\"${{strimzisecrets:kafka/a-mirror:password}}\";",
                "a.security.protocol = SASL_PLAINTEXT",
                "b.bootstrap.servers = b-kafka-bootstrap:9093",
                "b.group.id = my-group",
                "b.offset.storage.topic = my-offsets",
                "b.ssl.truststore.certificates = ${strimzisecrets:kafka/b-cluster-ca-cert:*.crt}",
                "b.ssl.truststore.type = PEM",
                "b.ssl.keystore.certificate.chain = ${strimzisecrets:kafka/mirror:user.crt}",
                "b.ssl.keystore.key = ${strimzisecrets:kafka/mirror:user.key}",
                "b.ssl.keystore.type = PEM",
                "b.security.protocol = SSL",
                "b.producer.linger.ms = 20",
                "a->b.enabled = true",
                "a->b.name = a->b.MirrorSourceConnector",
                "a->b.tasks.max = 1",
                "a->b.topics = .*",
                "a->b.sync.group.offsets.enabled = true",
                "a->b.emit.checkpoints.enabled = true",
                "a->b.emit.heartbeats.enabled = false",
                "a->b.groups = shop",
            ], output.Split('\n').Where(line => line is ['a' or 'b', ..]));
        Assert.Equal(
            [
                ":7: spec.replicas: has no effect here: is about pods: whoever starts this process decides it",
                ":32: spec.mirrors[0].source.rack: is not known, and has no effect",
                ":34: spec.mirrors[0].sourceConnector.autoRestart: has no effect here: lanes that stand still are tried again anyway",
            ], Told(errors));
    }

    /// <summary>As one of the operator's own examples has it: what is missing is a line of the resource, and no key of a file.</summary>
    [Fact]
    public async Task A_mirror_without_a_source_connector_is_told()
    {
        const string source = """
                sourceConnector:
                  autoRestart: {enabled: true}
                  config:
                    topics: "never: the pattern wins"

            """;
        Assert.Contains(source, New, StringComparison.Ordinal);

        var (_, _, errors) = await RunAsync("strimzi", Write(New.Replace(source, "", StringComparison.Ordinal)), "--properties");

        Assert.Contains(Told(errors), line => line.EndsWith(
            ": spec.mirrors[0]: has no sourceConnector: no record is mirrored, and no group follows; 'sourceConnector: {}' begins it",
            StringComparison.Ordinal));
    }

    /// <summary>Outside of Kubernetes secrets are files; what a resource says is explained with its lines, and no secret is.</summary>
    [Fact]
    public async Task A_resource_is_explained_with_secrets_of_a_folder()
    {
        using var authority = TestAuthority.Root();
        using var user = authority.Issue("CN=mirror");
        Secret("b-cluster-ca-cert", "ca.crt", authority.Certificate.ExportCertificatePem());
        Secret("mirror", "user.crt", user.ExportCertificatePem());
        Secret("mirror", "user.key", TestAuthority.KeyPem(user));
        Secret("a-mirror", "password", "hush-hush");

        var (exitCode, output, errors) = await RunAsync("explain", "--strimzi", Write(New), "--secrets", _folder.File("secrets"), "--all");

        Assert.True(exitCode == 0, errors);
        var lines = output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        Assert.Contains("topics = .* line 40: a->b.topics", lines);
        Assert.Contains("linger.ms = 20 line 23: b.producer.linger.ms", lines);
        Assert.DoesNotContain("hush-hush", output + errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind: KafkaConnect", "has no document of 'kind: KafkaMirrorMaker2', and one is wanted")]
    [InlineData("kind: KafkaMirrorMaker2\nspec:\n  mirrors: []", ":2: spec.target: is missing: it says which cluster")]
    [InlineData("kind: [", ": is no YAML: ")]
    [InlineData("kind: KafkaMirrorMaker2\nspec:\n  connectCluster: x",
        ":3: spec.connectCluster: 'x' is not the alias of one of spec.clusters")]
    [InlineData("kind: KafkaMirrorMaker2\nspec:\n  target: {alias: b}\n  mirrors: []", ":3: spec.target.bootstrapServers: is missing")]
    public async Task What_cannot_be_is_told_with_its_line(string yaml, string told)
    {
        var (exitCode, _, errors) = await RunAsync("run", "--strimzi", Write(yaml));

        Assert.Equal(2, exitCode);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("strimzi", "/nowhere/mirror.yaml")]
    [InlineData("run", "--strimzi", "/nowhere/mirror.yaml")]
    public async Task A_file_that_is_not_there_is_told_as_of_all_commands(params string[] arguments)
    {
        var (exitCode, _, errors) = await RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Equal("heliostat: there is no file '/nowhere/mirror.yaml'\n", errors);
    }

    [Fact]
    public async Task It_runs_and_keeps_positions_where_the_operator_s_workers_have_them()
    {
        var ct = CancellationToken.None;
        await using var a = await EmbeddedTestCluster.StartAsync(1, null, ct);
        await using var b = await EmbeddedTestCluster.StartAsync(1, null, ct);
        await a.Client.CreateTopicAsync("orders", 1, null, ct);
        await a.Client.GenerateAsync("orders", new GeneratedLoad { Count = 50 }, ct);
        var yaml = $$"""
            apiVersion: kafka.strimzi.io/v1
            kind: KafkaMirrorMaker2
            spec:
              target:
                alias: b
                bootstrapServers: {{b.BootstrapServers}}
                groupId: mirrors
                offsetStorageTopic: my-offsets
                config: {offset.storage.replication.factor: 1, heliostat.api.listeners: none}
              mirrors:
              - source: {alias: a, bootstrapServers: "{{a.BootstrapServers}}"}
                sourceConnector:
                  config: {replication.factor: 1, offset-syncs.topic.replication.factor: 1}
                topicsPattern: orders
            """;

        await using var program = HeliostatProcess.Start(["run", "--strimzi", Write(yaml), "--quiet"]);
        await program.RunsUntilAsync(
            "records to arrive", TimeSpan.FromSeconds(60),
            async token => (await b.Client.ListTopicsAsync(token)).Contains("a.orders")
                && (await b.Client.EndOffsetsAsync("a.orders", token))[0] == 50, ct);
        Assert.Equal(0, await program.StopAsync(ct));

        var stored = await b.Client.ReadAsync("my-offsets", new ReadOptions { Records = true }, ct);
        var keys = stored.SelectMany(partition => partition.Records).Select(record => Encoding.UTF8.GetString(record.Key!));
        Assert.Contains("""["a->b.MirrorSourceConnector",{"cluster":"a","partition":0,"topic":"orders"}]""", keys);
    }

    private static IEnumerable<string> Told(string errors) =>
        from line in errors.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        select line[(line.IndexOf(".yaml:", StringComparison.Ordinal) + ".yaml".Length)..];

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await HeliostatProcess.RunAsync(arguments, TimeSpan.FromSeconds(60), CancellationToken.None);
        return (exitCode, output, errors);
    }

    private void Secret(string name, string key, string content)
    {
        Directory.CreateDirectory(_folder.File($"secrets/{name}"));
        File.WriteAllText(_folder.File($"secrets/{name}/{key}"), content);
    }

    private string Write(string yaml)
    {
        var file = _folder.File("mirror.yaml");
        File.WriteAllText(file, yaml);
        return file;
    }
}
