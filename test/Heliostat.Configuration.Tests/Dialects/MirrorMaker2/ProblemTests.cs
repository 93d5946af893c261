using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

public sealed class ProblemTests
{
    [Fact]
    public void A_good_file_has_nothing_to_say()
    {
        var read = Configurations.GoodWith("");

        Assert.Empty(read.Errors.Lines());
        Assert.Empty(read.Warnings.Lines());
        Assert.Empty(read.Notices.Lines());
    }

    [Theory]
    [InlineData("https://127.0.0.1:8083", "'https://127.0.0.1:8083' needs heliostat.api.certificate.file: ")]
    [InlineData("8083, HTTPS://[::1]:8084", "'HTTPS://[::1]:8084' needs heliostat.api.certificate.file: ")]
    [InlineData("https://127.0.0.1", "is not [http[s]://][HOST:]PORT with an IP address or localhost as host: 'https://127.0.0.1'")]
    public void Addresses_with_https_need_a_certificate(string listeners, string said)
    {
        var written = $"heliostat.api.listeners = {listeners}";

        Assert.Contains(Configurations.GoodWith(written).Errors.Lines(), line => line.Contains(said, StringComparison.Ordinal));
        var secured = Configurations.GoodWith($"{written}\nheliostat.api.certificate.file = api.pem");
        Assert.Equal(listeners.EndsWith('1') ? 1 : 0, secured.Errors.Count);
    }

    [Fact]
    public void An_address_with_https_is_that_address()
    {
        var api = Configurations
            .GoodWith("heliostat.api.listeners = https://127.0.0.1:8443/, http://:8083\nheliostat.api.certificate.file = api.pem")
            .ToFile().Api;

        Assert.Equal(["127.0.0.1:8443", "127.0.0.1:8083"], api.Listeners!.Select(listener => $"{listener}"));
        Assert.True(api.SaysHttp);
    }

    [Fact]
    public void Metrics_have_no_TLS() => Assert.Contains(
        "heliostat.metrics.listeners: 'https://127.0.0.1:9404' has https://, and is served without TLS",
        Assert.Single(Configurations.GoodWith("heliostat.metrics.listeners = https://127.0.0.1:9404").Errors.Lines()),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("untransformed")]
    [InlineData("refused")]
    public void Dead_letters_need_a_topic(string kind)
    {
        var policy = $"A->B.heliostat.on.{kind} = audit-.*:dead-letter, halt";

        Assert.EndsWith($"heliostat.on.{kind}: says dead-letter, and errors.deadletterqueue.topic.name names no topic for it",
            Assert.Single(Configurations.GoodWith(policy).Errors.Lines()), StringComparison.Ordinal);
        Assert.Empty(Configurations.GoodWith($"{policy}\nA->B.errors.deadletterqueue.topic.name = dead").Errors.Lines());
    }

    [Fact]
    public void The_file_that_Kafka_ships_can_be_run()
    {
        var content = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Dialects", "MirrorMaker2", "Files", "sample.properties"));

        var read = Configurations.Read(content);

        Assert.Empty(read.Errors.Lines());
        Assert.Equal(
            ["14: status.storage.replication.factor: has no effect: Connect's config and status topics are those of heliostat connect; a "
                + "file of flows has none",
                "15: config.storage.replication.factor: has no effect: Connect's config and status topics are those of heliostat connect; "
                    + "a file of flows has none"],
            read.Warnings.Lines());
    }

    /// <summary>The table "Where each spelling ends up": what is written, and why it has no effect; null where it has one.</summary>
    [Theory]
    [InlineData("A.consumer.fetch.min.bytes = 1", null)]
    [InlineData("B.producer.batch.size = 1", null)]
    [InlineData("A.producer.batch.size = 1", null)]
    [InlineData("A.admin.request.timeout.ms = 1000", null)]
    [InlineData("B.admin.request.timeout.ms = 1000", null)]
    [InlineData("A->B.consumer.fetch.min.bytes = 1", null)]
    [InlineData("A->B.source.consumer.fetch.min.bytes = 1", null)]
    [InlineData("A->B.producer.batch.size = 1", null)]
    [InlineData("A->B.producer.override.batch.size = 1", null)]
    [InlineData("A->B.target.producer.batch.size = 1",
        "it reaches no producer in use; for mirrored records write 'A->B.producer.override.batch.size'")]
    [InlineData("consumer.fetch.min.bytes = 1",
        "client settings need a cluster; write 'A.consumer.fetch.min.bytes' for the one that is read")]
    [InlineData("producer.batch.size = 1", "client settings need a cluster; write 'B.producer.batch.size' for the one that is written")]
    [InlineData("admin.request.timeout.ms = 1",
        "client settings need a cluster; write 'A.admin.request.timeout.ms' or 'B.admin.request.timeout.ms'")]
    [InlineData("consumer.poll.timeout.ms = 1", "there is no polling: fetches are answered as records arrive")]
    [InlineData("ssl.protocol = TLSv1.3", "security.protocol is PLAINTEXT")]
    [InlineData("A->B.ssl.protocol = TLSv1.3", "it belongs to clusters; write 'A.ssl.protocol' or 'B.ssl.protocol'")]
    [InlineData("A->B.security.protocol = SSL", "it belongs to clusters; write 'A.security.protocol' or 'B.security.protocol'")]
    [InlineData("use.defaults.from = source", "at the top level it is dropped; write 'A->B.use.defaults.from'")]
    [InlineData("A->B.use.defaults.from = source", null)]
    [InlineData("transforms.t.type = X", "at the top level it is dropped; write 'A->B.transforms.t.type'")]
    [InlineData("exactly.once.support = requested", "at the top level it is dropped; write 'A->B.exactly.once.support'")]
    [InlineData("transaction.boundary = poll", "at the top level it is dropped; write 'A->B.transaction.boundary'")]
    [InlineData("topic.creation.default.partitions = 1", "at the top level it is dropped; write 'A->B.topic.creation.default.partitions'")]
    [InlineData("offsets.storage.topic = mine", "at the top level it is dropped; write 'A->B.offsets.storage.topic'")]
    [InlineData("A->B.source.cluster.bootstrap.servers = x:1", "'A.bootstrap.servers' in line 2 wins")]
    [InlineData("offset.flush.interval.ms = 1", "it belongs to the worker; write 'B.offset.flush.interval.ms'")]
    [InlineData("A->B.offset.flush.interval.ms = 1", "it belongs to the worker; write 'B.offset.flush.interval.ms'")]
    [InlineData("B.offset.flush.interval.ms = 1", null)]
    [InlineData("exactly.once.source.support = enabled", "it belongs to the worker; write 'B.exactly.once.source.support'")]
    [InlineData("group.id = g", "it belongs to the worker; write 'B.group.id'")]
    [InlineData("offset.storage.topic = o", null)]
    [InlineData("A.topics = t", "it belongs to flows; write 'topics' for all or 'A->B.topics' for one")]
    [InlineData("A.use.defaults.from = source", "it belongs to flows; write 'A->B.use.defaults.from'")]
    [InlineData("A.fetch.min.bytes = 1", "write 'A.consumer.fetch.min.bytes'")]
    [InlineData("fetch.min.bytes = 1", "client settings need a cluster; write 'A.consumer.fetch.min.bytes'")]
    [InlineData("A->B.fetch.min.bytes = 1", "write 'A->B.source.consumer.fetch.min.bytes'")]
    [InlineData("A.source.consumer.fetch.min.bytes = 1", "write 'A.consumer.fetch.min.bytes'")]
    [InlineData("A.consumer.fetch.mim.bytes = 1", "it is not a setting of that client; did you mean 'A.consumer.fetch.min.bytes'?")]
    [InlineData("A->B.topic = t", "it is not a setting of a flow; did you mean 'A->B.topics'?")]
    [InlineData("A->B.enable = true", "it is not a setting of a flow; did you mean 'A->B.enabled'?")]
    [InlineData("refresh.topic.interval.seconds = 5",
        "it is not a setting at the top level; did you mean 'refresh.topics.interval.seconds'?")]
    [InlineData("C.bootstrap.servers = c:1", "'C' is not one of the clusters: A, B")]
    [InlineData("A->C.topics = t", "'C' is not one of the clusters: A, B")]
    [InlineData("B->A.topics = t", "flow B->A has only heartbeats; 'B->A.enabled = true' makes it replicate")]
    [InlineData("dedicated.mode.enable.internal.rest = true", null)]
    [InlineData("A->B.offset-syncs.topic.location = target\nA.producer.batch.size = 1", null)]
    public void A_key_without_effect_is_named_with_the_spelling_that_has_one(string written, string? why)
    {
        var read = Configurations.GoodWith(written);

        var key = written.Split('=')[0].Trim();
        Assert.Equal(why is null ? [] : [$"5: {key}: has no effect: {why}"], read.Warnings.Lines());
    }

    [Theory]
    [InlineData("topics = a(b", "5: topics: 'a(b' is not usable")]
    [InlineData("replication.factor = two", "5: replication.factor: 'two' is not a whole number")]
    [InlineData("A->B.sync.topic.acls.enabled = maybe", "5: A->B.sync.topic.acls.enabled: 'maybe' is neither true nor false")]
    [InlineData("tasks.max = 0", "5: tasks.max: '0' is less than 1")]
    [InlineData("offset-syncs.topic.location = here", "5: offset-syncs.topic.location: 'here' is not one of source, target")]
    [InlineData("replication.policy.class = com.example.Ours",
        "5: replication.policy.class: 'com.example.Ours' cannot be used: Java classes cannot be loaded")]
    [InlineData("topic.filter.class = com.example.Ours", "5: topic.filter.class: 'com.example.Ours' cannot be used")]
    [InlineData("key.converter = org.apache.kafka.connect.storage.StringConverter",
        "5: key.converter: 'org.apache.kafka.connect.storage.StringConverter' cannot be used")]
    [InlineData("A.security.protocol = TLS", "5: A.security.protocol: 'TLS' is not one of PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL")]
    [InlineData("A.security.protocol = SASL_SSL",
        "5: sasl.jaas.config: is missing: sasl.mechanism, which is GSSAPI (Kerberos) as nothing else is set, needs a login module")]
    [InlineData("B.exactly.once.source.support = perhaps", "5: B.exactly.once.source.support: 'perhaps' is not one of")]
    [InlineData("A->B.exactly.once.support = required",
        "5: A->B.exactly.once.support: exactly-once is required and not there; write 'B.exactly.once.source.support = enabled'")]
    [InlineData("A->C.enabled = true", "5: A->C.enabled: 'C' is not one of the clusters: A, B")]
    [InlineData("config.providers = vault\nconfig.providers.vault.class = com.example.Vault",
        "6: config.providers.vault.class: 'com.example.Vault' cannot be used")]
    [InlineData("config.providers = env", "5: config.providers: provider 'env' has no config.providers.env.class")]
    [InlineData("A.consumer.fetch.min.bytes = 1 # a note",
        "5: A.consumer.fetch.min.bytes: '1 # a note' is not a whole number; a comment must have a line of its own")]
    public void What_cannot_be_run_is_refused_with_its_line(string written, string problem)
    {
        var read = Configurations.GoodWith(written);

        Assert.StartsWith(problem, Assert.Single(read.Errors.Lines()), StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(read.ToFile);
    }

    [Fact]
    public void Every_problem_is_reported_at_once()
    {
        var read = Configurations.Read(
            "clusters = A, B, us, us.west\nA.bootstrap.servers = a\nA->B.enabled = true\ntasks.max = x\nreplication.factor = y\n");

        Assert.Equal(7, read.Errors.Count);
        Assert.Contains("B.bootstrap.servers: is missing: it names brokers of the cluster 'B', host:port, separated by commas",
            string.Join('\n', read.Errors.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_clusters_there_is_nothing_to_run()
    {
        var read = Configurations.Read("A->B.enabled = true\n");

        Assert.StartsWith("mm2.properties: clusters: is missing", Assert.Single(read.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_cannot_be_told_apart_are_refused()
    {
        var read = Configurations.Read(
            "clusters = us, us.west\nus.bootstrap.servers = a:1\nus.west.bootstrap.servers = b:1\nus->us.west.enabled = true\n");

        Assert.StartsWith("1: clusters: aliases 'us' and 'us.west' cannot be told apart", Assert.Single(read.Errors.Lines()),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Two_aliases_of_one_address_are_refused()
    {
        var read =
            Configurations.Read("clusters = A, B\nA.bootstrap.servers = x:1, y:2\nB.bootstrap.servers = z:1, Y:2\nA->B.enabled = true\n");

        Assert.Equal(["3: B.bootstrap.servers: 'A' and 'B' are one cluster: both are reached at 'y:2'"], read.Errors.Lines());
    }

    /// <summary>Which topics go round is known at run time: one flow leaves each of them out.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("A->B.topics = orders\nB->A.topics = payments\n", false)]
    [InlineData("A->B.topics = orders, payments\nB->A.topics = pay.*\n", true)]
    [InlineData("A->B.topics = orders\nB->A.topics = pay.*\n", false)]
    [InlineData("A->B.topics = dc1-.*\nB->A.topics = dc2-.*\n", true)]
    [InlineData("A->B.topics = evt-1|evt-2\nB->A.topics = evt-.*\n", true)]
    [InlineData("A->B.topics = .*\nB->A.topics = dc2-.*\n", true)]
    [InlineData("B->A.replication.policy.class = org.apache.kafka.connect.mirror.DefaultReplicationPolicy\n", false)]
    public void Identity_flows_that_may_go_round_are_warned_of_and_not_refused(string more, bool warned)
    {
        var read = Configurations.GoodWith(
            "B->A.enabled = true\nreplication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy\n" + more);

        Assert.Empty(read.Errors);
        Assert.Equal(warned, read.Warnings.Lines()
            .Any(w => w.StartsWith("6: replication.policy.class: A->B, B->A with IdentityReplicationPolicy", StringComparison.Ordinal)));
    }

    [Fact]
    public void Identity_flows_in_a_ring_of_three_are_warned_of_once()
    {
        var read = Configurations.Read(
            "clusters = A, B, C\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nC.bootstrap.servers = c:1\nA->B.enabled = "
                + "true\nB->C.enabled = true\nC->A.enabled = true\n"
            + "replication.policy.class = org.apache.kafka.connect.mirror.IdentityReplicationPolicy\n");

        Assert.Empty(read.Errors);
        Assert.Single(read.Warnings,
            w => w.ToString()!.Contains("A->B, B->C, C->A with IdentityReplicationPolicy", StringComparison.Ordinal));
    }

    [Fact]
    public void Removed_names_are_taken_for_those_of_today()
    {
        var read = Configurations.GoodWith(
            "topics.blacklist = x.*\nA->B.groups.blacklist = g\ngroups.exclude = h\nuse.incremental.alter.configs = never\n");

        Assert.Equal(
            [
                "5: topics.blacklist: was removed in Kafka 4.0: taken for 'topics.exclude'",
                "6: A->B.groups.blacklist: was removed in Kafka 4.0: taken for 'A->B.groups.exclude'",
                "8: use.incremental.alter.configs: was removed in Kafka 4.0: Whether only the changed topic configs are sent: always, "
                    + "since 4.0",
            ],
            read.Notices.Lines());
        var flow = read.ToFile().Flows[0];
        Assert.False(flow.Selection.Includes("x1"));
        Assert.False(flow.Groups.Groups.Includes("g"));
    }

    [Fact]
    public void A_key_that_is_written_twice_is_named()
    {
        var read = Configurations.GoodWith("topics = a\ntopics = b\n");

        Assert.Equal(["5: topics: has no effect: it is written again in line 6"], read.Warnings.Lines());
    }

    [Fact]
    public void A_group_for_all_flows_into_a_cluster_is_warned_of()
    {
        var read =
            Configurations.Read(
                "clusters = A, B, C\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nC.bootstrap.servers = c:1\nA->B.enabled = "
                    + "true\nC->B.enabled = true\nB.group.id = g\n");

        Assert.StartsWith("7: B.group.id: is shared by A->B, C->B", Assert.Single(read.Warnings.Lines()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_that_is_used_and_not_resolved_is_an_error()
    {
        var read = Configurations.GoodWith(
            "config.providers = env\nconfig.providers.env.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider\nB.group.id "
                + "= ${env:MISSING}\nC.group.id = ${env:MISSING}\nA.group.id = ${env:SECRET}\n");

        Assert.Equal(["7: B.group.id: ${env:MISSING} is not resolved: the environment variable 'MISSING' is not set"], read.Errors.Lines());
        Assert.Contains("8: C.group.id: ${env:MISSING} is not resolved: the environment variable 'MISSING' is not set",
            read.Warnings.Lines());
    }

    [Fact]
    public void A_secret_is_never_part_of_a_message()
    {
        var read = Configurations.GoodWith(
            "config.providers = env\nconfig.providers.env.class = "
                + "org.apache.kafka.common.config.provider.EnvVarConfigProvider\nA.consumer.fetch.min.bytes = "
                + "${env:SECRET}\nA.sasl.jaas.config = password\n");

        Assert.DoesNotContain("hush", string.Join('\n', read.Errors.Concat(read.Warnings)), StringComparison.Ordinal);
        Assert.DoesNotContain("password", string.Join('\n', read.Errors.Concat(read.Warnings)), StringComparison.Ordinal);
        Assert.Single(read.Errors);
    }
}
