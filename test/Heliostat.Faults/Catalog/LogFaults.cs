using Heliostat.Faults.Judging;
using Heliostat.Faults.Running;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;

namespace Heliostat.Faults.Catalog;

/// <summary>What befalls the logs under the mirror's positions.</summary>
internal static class LogFaults
{
    private const string Gap = @"deleted by retention|out of range|Resetting offset for|Resetting the offset";
    private const string Recreated = @"created anew|deleted and|deleted since|out of range|Resetting offset for|Resetting the offset";
    private const string Truncated = @"truncat|diverg|out of range|Resetting offset for|Resetting the offset|no more on the";
    private const string GapNote =
        "What the source deleted cannot be mirrored: it counts as lost here. What matters is whether it was told, and how much it was.";
    private const string HaltNote =
        "Heliostat halts such a lane unless `heliostat.on.recreated` says otherwise (docs/guarantees.md): what the new topic holds "
        + "counts as lost here until somebody decides.";
    /// <summary>Some stand still there until somebody decides: that is not waited for as long.</summary>
    private static readonly TimeSpan Halting = TimeSpan.FromSeconds(45);

    private static readonly Dictionary<string, string> Unclean = new()
    {
        ["unclean.leader.election.enable"] = "true",
        ["min.insync.replicas"] = "1"
    };

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("retention-overrun-stopped",
            "The mirror is stopped; the source deletes what it has not mirrored yet (up to the end); the mirror is started again.",
            (scene, ct) =>
            WhileStoppedAsync(scene, () =>
                DeleteAllAsync(scene, ct), ct)) { Telling = Gap, CountsWhatTheSourceLost = true, Note = GapNote, OnEmbedded = true },
        new("retention-overrun-running",
            "The mirror stands still for 5 s (SIGSTOP) while the source deletes what it has not mirrored yet.", (scene, ct) =>
            WhileAsleepAsync(scene, () => DeleteAllAsync(scene, ct), ct)) { Telling = Gap, CountsWhatTheSourceLost = true, Note = GapNote },
        new("topic-recreated-stopped",
            "The mirror is stopped; the source's topic is deleted and made anew, and grows past the old positions; the mirror is "
            + "started again.", (scene, ct) =>
            WhileStoppedAsync(scene, () => RecreateAsync(scene, ct), ct)) { Telling = Recreated, Note = HaltNote, Patience = Halting },
        new("topic-recreated-running",
            "The source's topic is deleted and made anew under the running mirror.",
            (scene, ct) => RecreateAsync(scene, ct)) { Telling = Recreated, Note = HaltNote, Patience = Halting },
        new("topic-recreated-restart",
            "The same, with `heliostat.on.recreated = restart` (other systems have no such choice).",
            (scene, ct) => RecreateAsync(scene, ct))
        {
            Telling = Recreated,
            Settings = new Dictionary<string, string> { ["heliostat.on.recreated"] = "restart" },
        },
        new("source-unclean-election",
            "All replicas of the source's topic but one are away; the last one is killed; one without its records is elected "
            + "(`unclean.leader.election.enable`).", (scene, ct) =>
            UncleanAsync(scene.RealSource, [scene.Topic], ct))
        {
            TopicConfigs = Unclean,
            HurtsOthers = true,
            Telling = Truncated,
            Patience = Halting,
            Note = "Heliostat halts such a lane unless `heliostat.on.truncated = rewind`.",
        },
        new("target-unclean-election", "The same on the target, to all copies: it loses what it had acknowledged.", async (scene, ct) =>
        {
            foreach (var contestant in scene.Contestants)
            {
                await scene.Target.Client.AlterTopicAsync(contestant.Topic, Unclean, ct);
            }

            await UncleanAsync(scene.RealTarget, [.. scene.Contestants.Select(contestant => contestant.Topic)], ct);
        })
        {
            HurtsOthers = true,
            Telling = "were lost there|" + Truncated,
            Patience = Halting,
            Note = "Where Heliostat repairs, what was in flight when the leader changed, up to five batches of a partition, stands before "
                + "what is mirrored again, and comes once more behind it. Exactly-once and the group's way halt instead "
                + "(docs/guarantees.md).",
        },
        new("partitions-added", "The source's topic grows from 4 to 6 partitions, and the load uses them at once.", async (scene, ct) =>
        {
            await scene.Source.Client.CreatePartitionsAsync(scene.Topic, 6, ct);
            scene.Load!.Partitions = 6;
        }) { OnEmbedded = true },
        new("target-topic-deleted", "Each copy is deleted on the target under load.", (scene, ct) =>
            scene.EachAsync(contestant => scene.Target.Client.DeleteTopicAsync(contestant.Topic, ct)))
            {
                Telling = "mirrored again|target lost|deleted|UNKNOWN_TOPIC"
            },
        new("record-too-large",
            "A record of 2 MB in partition 0, where everything before was small. The source takes it (`max.message.bytes`).",
            async (scene, ct) =>
        {
            string[] line = [$"large:-1 {new string('x', 2_000_000)}"];
            await Kcat.ProduceAsync(scene.Source.BootstrapServers, scene.Topic, 0, line, new Dictionary<string, string>
                { ["message.max.bytes"] = "3000000" }, ct);
        })
        {
            TopicConfigs = new Dictionary<string, string> { ["max.message.bytes"] = "3000000" },
            Telling = "too large|RecordTooLarge|max.message.bytes|larger than",
        },
        new("foreign-writer", "Somebody else writes 20 records into partition 0 of each copy.", async (scene, ct) =>
        {
            foreach (var contestant in scene.Contestants)
            {
                await KcatReading.WriteForeignAsync(scene.Target.BootstrapServers, contestant.Topic, 0, 20, ct);
            }
        }) { Telling = "another|somebody|foreign|other writer|writes into" },
        new("hanging-transaction",
            "A transaction on the source stays open for 20 s in each partition, and is aborted. Readers of committed records wait for "
            + "it.", HangAsync),
        new("corrupt-batch",
            "A bit flips on the disk of the source, in a batch of partition 0 that is not mirrored yet (one replica).", (scene, ct) =>
            WhileStoppedAsync(scene, () => CorruptAsync(scene, ct), ct))
        {
            Replicas = 1,
            HurtsOthers = true,
            Telling = "does not match|checksum|crc is|CorruptRecord|CORRUPT_MESSAGE",
            Patience = Halting,
            Note = "What cannot be read counts as lost, and all behind it in its partition. The other partitions should go on.",
        },
    ];

    private static async Task WhileStoppedAsync(Scene scene, Func<Task> damage, CancellationToken ct)
    {
        await scene.EachAsync(contestant => contestant.StopAllAsync(ct));
        await Scene.WaitAsync(3, ct);
        await damage();
        scene.Each(contestant => contestant.Launch(0));
    }

    private static async Task WhileAsleepAsync(Scene scene, Func<Task> damage, CancellationToken ct)
    {
        scene.Each(contestant => contestant.Signal(0, ProcessSignal.Stop));
        await Scene.WaitAsync(3, ct);
        await damage();
        scene.Each(contestant => contestant.Signal(0, ProcessSignal.Continue));
    }

    private static async Task DeleteAllAsync(Scene scene, CancellationToken ct)
    {
        var ends = await scene.Source.Client.EndOffsetsAsync(scene.Topic, ct);
        await scene.RememberAsync(ct);
        for (var p = 0; p < ends.Length; p++)
        {
            await scene.Source.Client.DeleteRecordsAsync(scene.Topic, p, ends[p], ct);
        }
    }

    private static async Task RecreateAsync(Scene scene, CancellationToken ct)
    {
        await scene.Source.Client.DeleteTopicAsync(scene.Topic, ct);
        for (var tries = 0; ; tries++)
        {
            try
            {
                await scene.Source.Client.CreateTopicAsync(scene.Topic, Scene.Partitions, scene.Fault.TopicConfigs, ct);
                break;
            }
            catch (JavaOracleException) when (tries < 100)
            {
                // The deletion is under way.
                await Scene.WaitAsync(0.2, ct);
            }
        }

        scene.SayOver();
    }

    /// <summary>The partitions' followers fall behind a leader that is alone, and then lead.</summary>
    private static async Task UncleanAsync(KafkaCluster cluster, string[] topics, CancellationToken ct)
    {
        var last = await Scene.LeaderAsync(cluster, topics[0], 0, ct);
        var others = cluster.Brokers.Select(broker => broker.Id).Where(id => id != last).ToList();
        foreach (var broker in others)
        {
            await cluster.StopBrokerAsync(broker, ct);
        }

        await Scene.WaitAsync(8, ct);
        await cluster.KillBrokerAsync(last, ct);
        await Task.WhenAll(others.Select(broker => cluster.StartBrokerAsync(broker, ct)));
        await Scene.WaitAsync(8, ct);
        await cluster.StartBrokerAsync(last, ct);
    }

    private static async Task HangAsync(Scene scene, CancellationToken ct)
    {
        await using var producer = await scene.Source.Client.OpenProducerAsync(new Dictionary<string, string>
        { ["transactional.id"] = scene.Topic, ["transaction.timeout.ms"] = "60000" }, ct);
        await producer.BeginAsync(ct);
        await producer.SendAsync(scene.Topic, Enumerable.Range(0, Scene.Partitions).Select(p =>
            new KafkaRecord { Key = "aborted"u8.ToArray(), Value = "-2 never"u8.ToArray(), Partition = p }), ct);
        await Scene.WaitAsync(20, ct);
        await producer.AbortAsync(ct);
    }

    private static async Task CorruptAsync(Scene scene, CancellationToken ct)
    {
        var cluster = scene.RealSource;
        var leader = await Scene.LeaderAsync(cluster, scene.Topic, 0, ct);
        await cluster.StopBrokerAsync(leader, ct);
        var file = Path.Combine(cluster.Broker(leader).DataFolder, $"{scene.Topic}-0", "00000000000000000000.log");
        var bytes = await File.ReadAllBytesAsync(file, ct);
        bytes[^1] ^= 0x40;
        await File.WriteAllBytesAsync(file, bytes, ct);
        await cluster.StartBrokerAsync(leader, ct);
    }
}
