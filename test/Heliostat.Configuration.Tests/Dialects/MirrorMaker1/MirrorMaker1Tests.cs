using System.Net;
using Heliostat.Client;
using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Configuration.Dialects.MirrorMaker1;
using Heliostat.Configuration.Files;
using Heliostat.Configuration.Options;
using Heliostat.Configuration.Settings;
using Heliostat.Configuration.Settings.Tables;
using Heliostat.Protocol.Compression;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker1;

public sealed class MirrorMaker1Tests : IDisposable
{
    private const string Source = "bootstrap.servers=127.0.0.1:9092\ngroup.id=g\n";
    private const string Target = "bootstrap.servers=127.0.0.1:9093\n";

    private readonly TemporaryFolder _folder = new("mirror-maker-1");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Two_plain_files_become_MirrorMaker_1s_mirror()
    {
        var options = Translate(Source, Target).Flow;

        Assert.Equal("g", options.SourceConsumer.Group.GroupId);
        Assert.Equal([new DnsEndPoint("127.0.0.1", 9092)], options.SourceConsumer.Client.BootstrapServers);
        Assert.Equal([new DnsEndPoint("127.0.0.1", 9093)], options.DataProducer.Client.BootstrapServers);
        Assert.Equal(TimeSpan.FromSeconds(60), options.SourceGroup.CommitInterval);
        Assert.Equal(1, options.SourceGroup.Streams);
        Assert.True(options.SourceGroup.AbortOnSendFailure);
        Assert.Equal("orders", options.Naming.TargetName("orders"));
        Assert.Equal(AutoOffsetReset.Earliest, options.SourceConsumer.AutoOffsetReset);
        Assert.Equal(IsolationLevel.ReadCommitted, options.SourceConsumer.Fetch.IsolationLevel);
        Assert.Null(options.DataProducer.Codec);
        Assert.False(options.Selection.Includes("__consumer_offsets"));
    }

    [Fact]
    public void It_has_no_duty_and_connects_once_to_each_side()
    {
        var flow = Translate(Source, Target).Flow;

        Assert.Equal(
            (TopicOptions.Off, OffsetSyncOptions.Off, CheckpointOptions.Off, HeartbeatOptions.Off),
            (flow.Topics, flow.OffsetSyncs, flow.Groups, flow.Heartbeats));
        Assert.Equal((flow.SourceConsumer.Client, flow.DataProducer.Client), (flow.SourceAdmin, flow.TargetAdmin));
    }

    [Fact]
    public void The_defaults_of_the_table_are_those_of_the_options()
    {
        var options = Translate(Source, Target).Flow;

        // New partitions are mirrored within seconds unless metadata.max.age.ms says otherwise.
        var source = new SourceOptions
        {
            Client = new ClientOptions
            {
                Cluster = "source",
                BootstrapServers = options.SourceConsumer.Client.BootstrapServers,
                ClientId = "g",
                MetadataMaxAge = TimeSpan.FromSeconds(3),
                Logins = options.SourceConsumer.Client.Logins,
            },
            Group = new GroupOptions { GroupId = "g", Assignors = options.SourceConsumer.Group.Assignors },
        };
        var target = new ClientOptions
        {
            Cluster = "target",
            BootstrapServers = options.DataProducer.Client.BootstrapServers,
            Logins = options.DataProducer.Client.Logins,
        };
        Assert.Equal(source, options.SourceConsumer);
        Assert.Equal([Assignors.Sticky, Assignors.Range], options.SourceConsumer.Group.Assignors);
        Assert.Equal(new TargetOptions { Client = target }, options.DataProducer);
    }

    [Fact]
    public void Client_settings_are_honoured_under_Kafkas_names()
    {
        var mirror = Translate(
            """
            bootstrap.servers = a:1, [::1]:2 , PLAINTEXT://c.example:3
            group.id=g
            group.instance.id = i
            client.rack=r
            auto.offset.reset=latest
            isolation.level=read_uncommitted
            fetch.min.bytes=2
            fetch.max.bytes=3
            max.partition.fetch.bytes=4
            fetch.max.wait.ms=5
            session.timeout.ms=10000
            heartbeat.interval.ms=6
            max.poll.interval.ms=7
            partition.assignment.strategy=org.apache.kafka.clients.consumer.RoundRobinAssignor,cooperative-sticky
            metadata.max.age.ms=8
            request.timeout.ms=9
            connections.max.idle.ms=-1
            reconnect.backoff.ms=11
            reconnect.backoff.max.ms=12
            retry.backoff.ms=13
            retry.backoff.max.ms=14
            socket.connection.setup.timeout.ms=15
            send.buffer.bytes=16
            receive.buffer.bytes=17
            exclude.internal.topics=false
            check.crcs=false
            default.api.timeout.ms=25
            """,
            """
            bootstrap.servers=b:1
            client.id=me
            compression.type=zstd
            max.request.size=18
            batch.size=19
            max.in.flight.requests.per.connection=2
            delivery.timeout.ms=20
            retries=21
            max.block.ms=22
            linger.ms=23
            buffer.memory=24000000
            """,
            o => o with { Include = ".*" });
        var options = mirror.Flow;

        var source = options.SourceConsumer;
        Assert.Equal("a:1,[::1]:2,c.example:3", string.Join(',', source.Client.BootstrapServers.Select(Bootstrap.Text)));
        Assert.Equal(("i", "r"), (source.Group.GroupInstanceId, source.Fetch.Rack));
        Assert.Equal((AutoOffsetReset.Latest, IsolationLevel.ReadUncommitted), (source.AutoOffsetReset, source.Fetch.IsolationLevel));
        Assert.Equal((2, 3, 4), (source.Fetch.MinBytes, source.Fetch.MaxBytes, source.Fetch.MaxPartitionBytes));
        Assert.Equal([5, 10000, 6, 7], new[] { source.Fetch.MaxWait, source.Group.SessionTimeout, source.Group.HeartbeatInterval,
            source.Group.RebalanceTimeout }.Select(t => t.TotalMilliseconds));
        Assert.Equal([Assignors.RoundRobin, Assignors.CooperativeSticky], source.Group.Assignors);
        Assert.Equal(
            [8, 9, -1, 11, 12, 13, 14, 15],
            new[]
            {
                source.Client.MetadataMaxAge, source.Client.RequestTimeout, source.Client.ConnectionsMaxIdle,
                source.Client.ReconnectBackOff, source.Client.ReconnectBackOffMax, source.Client.RetryBackOff,
                source.Client.RetryBackOffMax, source.Client.ConnectTimeout,
            }.Select(t => t.TotalMilliseconds));
        Assert.Equal((16, 17, false), (source.Client.Buffers.SendBytes, source.Client.Buffers.ReceiveBytes, source.CheckCrcs));
        Assert.Equal((25, 25), (source.FirstAnswer!.Value.TotalMilliseconds, source.Client.CallTimeout.TotalMilliseconds));
        Assert.True(options.Selection.Includes("__consumer_offsets"));
        Assert.Equal("me", options.DataProducer.Client.ClientId);
        Assert.Equal(CompressionCodec.Zstd, options.DataProducer.Codec);
        Assert.Equal((18, 19, 2),
            (options.DataProducer.Producer.MaxRequestBytes, options.DataProducer.BatchBytes, options.DataProducer.Producer.MaxInFlight));
        Assert.Equal(20, options.DataProducer.Producer.DeliveryTimeout.TotalMilliseconds);
        Assert.Equal((21, 22.0, 23.0), (options.DataProducer.Producer.Retries, options.DataProducer.MaxBlock!.Value.TotalMilliseconds,
            options.DataProducer.Linger.TotalMilliseconds));
        Assert.Equal((24_000_000, 24_000_000), (options.DataProducer.BufferMemoryBytes, mirror.MemoryBudgetBytes));
    }

    [Theory]
    [InlineData("buffer.memory=1000", "target:2: buffer.memory: 1000 is less than a mirror needs; 8388608 is used")]
    [InlineData("compression.zstd.level=9", "target:2: compression.zstd.level: has no effect: the codec's default level is used")]
    [InlineData("max.in.flight.requests.per.connection=10",
        "target:2: max.in.flight.requests.per.connection: 10 is more than brokers can keep in order; 5 is used")]
    [InlineData("partitioner.class=com.example.P",
        "target:2: partitioner.class: has no effect: records keep their partition, or are placed by key hash (--partitioner)")]
    [InlineData("interceptor.classes=com.example.I", "target:2: interceptor.classes: has no effect: Java classes cannot be loaded")]
    [InlineData("ssl.keystore.password=hunter2", "target:2: ssl.keystore.password: has no effect: security.protocol is PLAINTEXT")]
    [InlineData("compresion.type=zstd",
        "target:2: compresion.type: is not a setting of Kafka's clients and has no effect; did you mean 'compression.type'?")]
    [InlineData("wholly.unheard.of.thing=1", "target:2: wholly.unheard.of.thing: is not a setting of Kafka's clients and has no effect")]
    [InlineData("metadata.broker.list=x:1",
        "target:2: metadata.broker.list: has no effect: it belongs to the producer of Kafka 0.8; name the brokers in bootstrap.servers")]
    public void What_has_no_effect_is_named_in_a_warning(string line, string warning)
    {
        var warnings = Translate(Source + "partition.assignment.strategy=range\n", Target + line).Warnings;

        Assert.Equal([warning], warnings.Select(Short));
    }

    [Theory]
    [InlineData("acks=all")]
    [InlineData("acks=-1")]
    [InlineData("producer.type=sync")]
    [InlineData("retries=2147483647")]
    [InlineData("max.block.ms=9223372036854775807")]
    [InlineData("key.serializer=org.apache.kafka.common.serialization.ByteArraySerializer")]
    public void What_happens_anyway_needs_no_warning(string line)
    {
        Assert.Empty(Translate(Source + "partition.assignment.strategy=range\nenable.auto.commit=false", Target + line).Warnings);
    }

    [Theory]
    [InlineData("acks=1",
        "target:2: acks: 1: all in-sync replicas acknowledge every batch, which is no less than asked for; min.insync.replicas of the "
            + "target's topics counts")]
    [InlineData("acks=0",
        "target:2: acks: 0: all in-sync replicas acknowledge every batch, which is no less than asked for; min.insync.replicas of the "
            + "target's topics counts")]
    [InlineData("enable.idempotence=false",
        "target:2: enable.idempotence: false: the producer is idempotent all the same, which is no less than asked for")]
    public void What_is_honoured_by_doing_more_is_noted(string line, string notice)
    {
        var configuration = Translate(Source
            + "partition.assignment.strategy=range\nauto.offset.reset=latest\nisolation.level=read_committed", Target + line);

        Assert.Empty(configuration.Warnings);
        Assert.Equal([notice], configuration.Notices.Select(Short));
    }

    [Theory]
    [InlineData("zookeeper.connect=zk:2181",
        "bootstrap.servers: is missing: it names brokers of the source cluster, host:port, separated by commas; 'zookeeper.connect' in "
            + "line 1 is of Kafka 0.8: its place took 'bootstrap.servers=HOST:9092'")]
    [InlineData("metadata.broker.list=a:1,b:1",
        "bootstrap.servers: is missing: it names brokers of the source cluster, host:port, separated by commas; 'metadata.broker.list' in "
            + "line 1 is of Kafka 0.8: its place took 'bootstrap.servers=a:1,b:1'")]
    [InlineData("bootstrap.servers=a:1,\nauto.offset.reset=smallest",
        "auto.offset.reset: 'smallest' is the word of Kafka 0.8: write 'earliest'")]
    [InlineData("bootstrap.servers=a:1\nauto.offset.reset=Largest",
        "auto.offset.reset: 'Largest' is the word of Kafka 0.8: write 'latest'")]
    public void Keys_and_words_of_Kafka_0_8_are_told_what_took_their_place(string lines, string problem)
    {
        var e = Assert.Throws<ConfigurationException>(() => Translate(lines + "\ngroup.id=g\n", "bootstrap.servers=b:1\n"));

        Assert.EndsWith(problem, Assert.Single(e.Problems).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_entry_of_bootstrap_servers_is_skipped_as_in_Java()
    {
        var mirror = Translate("bootstrap.servers=a:1, ,c:3,\ngroup.id=g\n", "bootstrap.servers=b:1\n");

        Assert.Equal(["a:1", "c:3"], mirror.Flow.SourceConsumer.Client.BootstrapServers.Select(server => $"{server.Host}:{server.Port}"));
    }

    [Fact]
    public void Memory_is_the_options_else_the_files_else_ours()
    {
        Assert.Equal(128L << 20, Translate(Source, Target).MemoryBudgetBytes);
        Assert.Equal(64L << 20, Translate(Source, Target + "buffer.memory=67108864").MemoryBudgetBytes);
        var both = Translate(Source, Target + "buffer.memory=67108864", o => o with { MemoryBudgetBytes = 32L << 20 });

        Assert.Equal(32L << 20, both.MemoryBudgetBytes);
        Assert.Contains("target:2: buffer.memory: has no effect: --memory is given", both.Warnings.Select(Short));
    }

    [Fact]
    public void All_problems_of_both_files_come_at_once()
    {
        var e = Assert.Throws<ConfigurationException>(() => Translate(
            "bootstrap.servers=nowhere\ngroup.id=g\nfetch.min.bytes=x\nauto.offset.reset=by_duration:P1D\npartition.assignment.strategy=com.example.A",
            "security.protocol=SASL_SSL\ncompression.type=ZSTD",
            o => o with { Include = "a{1,2}", NumStreams = 0 }));

        Assert.Equal(
            [
                "source:1: bootstrap.servers: 'nowhere' has an entry that is not host:port: 'nowhere'",
                "source:3: fetch.min.bytes: 'x' is not a whole number",
                "source:4: auto.offset.reset: 'by_duration:P1D' is not one of earliest, latest, none",
                "source:5: partition.assignment.strategy: 'com.example.A' names 'com.example.A', which is none of Kafka's own assignors; "
                    + "Java classes cannot be loaded",
                "target: bootstrap.servers: is missing: it names brokers of the target cluster, host:port, separated by commas",
                "target:1: sasl.jaas.config: is missing: sasl.mechanism, which is GSSAPI (Kerberos) as nothing else is set, needs a login "
                    + "module; "
                + "or name a JAAS file with -Djava.security.auth.login.config in KAFKA_OPTS (target)",
                "target:2: compression.type: 'ZSTD' is not one of none, gzip, snappy, lz4, zstd",
                "--num.streams: 0 streams would mirror nothing; 1 or more are needed",
                "--include: pattern 'a{1|2}' is not a Java regular expression: unclosed counted repetition at index 1 (the list 'a{1,2}' "
                    + "is read so: commas become '|', blanks and outer quotes go)",
            ],
            e.Problems.Select(Short));
    }

    [Fact]
    public void Each_file_has_providers_of_its_own()
    {
        var secrets = _folder.File("secrets");
        File.WriteAllText(secrets, "client=me\nsize=twelve\n");
        var declared = "config.providers=file\nconfig.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider\n";

        var options = Translate(Source, Target + declared + $"client.id=${{file:{secrets}:client}}\n").Flow;
        var e = Assert.Throws<ConfigurationException>(() => Translate(
            Source + declared + $"client.rack=${{file:{secrets}:nothing}}\n",
            Target + declared + $"batch.size=${{file:{secrets}:size}}\n"));

        Assert.Equal("me", options.DataProducer.Client.ClientId);
        Assert.Equal(
            [
                $"source:5: client.rack: ${{file:secrets:nothing}} is not resolved: 'secrets' has no key 'nothing'",
                "target:4: batch.size: the reference does not resolve to what is allowed: 0 or more",
            ],
            e.Problems.Select(Short));
    }

    /// <summary>Every mistake that can be found without a connection; no secret is printed.</summary>
    [Fact]
    public void Security_is_checked_without_a_connection()
    {
        var e = Assert.Throws<ConfigurationException>(() => Translate(
            Source + "security.protocol=sasl_ssl\nssl.truststore.location=/nowhere/t.jks\nssl.truststore.password=hunter2\nssl.endpoint.identification.algorithm=LDAPS\n"
            + "ssl.engine.factory.class=com.example.Safe\nsasl.jaas.config=com.example.Module required "
            + "password=\"hunter2\"\nsasl.login.refresh.window.factor=2\n",
            Target));

        Assert.DoesNotContain(e.Problems, p => p.ToString().Contains("hunter2", StringComparison.Ordinal));
        Assert.Equal(
            [
                "source:4: ssl.truststore.location", "source:6: ssl.endpoint.identification.algorithm",
                "source:7: ssl.engine.factory.class", "source:8: sasl.jaas.config", "source:9: sasl.login.refresh.window.factor",
            ],
            e.Problems.Select(p => Short(p with { Message = "" }).TrimEnd(' ', ':')));
    }

    [Theory]
    [InlineData("security.protocol=SASL_PLAINTEXT\nssl.protocol=TLSv1.3",
        "target:3: ssl.protocol: has no effect: security.protocol is SASL_PLAINTEXT")]
    [InlineData("security.protocol=SSL\nsasl.mechanism=PLAIN", "target:3: sasl.mechanism: has no effect: security.protocol is SSL")]
    [InlineData("ssl.provider=BC", "target:2: ssl.provider: has no effect: Java's security providers cannot be loaded")]
    public void Security_that_is_not_asked_for_has_no_effect(string lines, string warning)
    {
        var findings = new Findings();
        _ = new SettingValues("target", "target", ClientTables.MirrorTarget,
            JavaProperties.Parse(System.Text.Encoding.Latin1.GetBytes(Target + lines), "target"), findings);

        Assert.Equal([warning], findings.Warnings.Select(Short));
    }

    [Fact]
    public void Missing_files_are_named_together()
    {
        var e = Assert.Throws<ConfigurationException>(() => MirrorMaker1Files.Translate(
            new MirrorMaker1Options { ConsumerConfig = "/nowhere/c", ProducerConfig = "/nowhere/p", Include = "a" }));

        Assert.Equal(["--consumer.config: there is no file '/nowhere/c'", "--producer.config: there is no file '/nowhere/p'"],
            e.Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void A_group_is_required()
    {
        var e = Assert.Throws<ConfigurationException>(() => Translate("bootstrap.servers=a:1", Target));

        Assert.Equal("group.id", Assert.Single(e.Problems).Key);
    }

    [Fact]
    public void Include_wins_over_whitelist_and_says_so()
    {
        var both = Translate(Source, Target, o => o with { Include = "a", Whitelist = "b" });
        var old = Translate(Source, Target, o => o with { Include = null, Whitelist = "'b,c'" });

        Assert.True(both.Flow.Selection.Includes("a"));
        Assert.False(both.Flow.Selection.Includes("b"));
        Assert.Contains(both.Warnings, w => w.ToString() == "--whitelist: is ignored, because --include is given");
        Assert.True(old.Flow.Selection.Includes("c"));
    }

    [Fact]
    public void What_differs_from_MirrorMaker_1_without_being_asked_for_is_noted()
    {
        var plain = Translate(Source, Target);
        var explicitly = Translate(Source + "auto.offset.reset=latest\nisolation.level=read_uncommitted", Target);

        Assert.Equal(["auto.offset.reset", "isolation.level"], plain.Notices.Select(n => n.Key));
        Assert.Empty(explicitly.Notices);
    }

    [Fact]
    public void The_warning_about_range_comes_when_no_strategy_is_set()
    {
        Assert.Equal([null], Translate(Source, Target).Warnings.Select(w => w.Key));
        Assert.StartsWith("The default partition assignment strategy of the mirror maker will change",
            Translate(Source, Target).Warnings[0].ToString(), StringComparison.Ordinal);
        Assert.Empty(Translate(Source + "partition.assignment.strategy=range", Target).Warnings);
    }

    private MirrorConfiguration Translate(string source, string target, Func<MirrorMaker1Options, MirrorMaker1Options>? change = null)
    {
        File.WriteAllText(_folder.File("source"), source);
        File.WriteAllText(_folder.File("target"), target);
        var options = new MirrorMaker1Options
        {
            ConsumerConfig = _folder.File("source"),
            ProducerConfig = _folder.File("target"),
            Include = "orders.*"
        };
        return MirrorMaker1Files.Translate(change?.Invoke(options) ?? options);
    }

    private string Short(ConfigurationProblem problem) => problem.ToString().Replace(_folder.Path + "/", "", StringComparison.Ordinal);
}
