using Heliostat.MirrorClient.Policies;

namespace Heliostat.MirrorClient.Tests.Policies;

/// <summary>One configured policy, asked everything about one topic and one alias; answers in the oracle's spelling.</summary>
internal sealed record PolicyQuestion(bool Identity, string Separator, bool InternalSeparator, string? Alias, string Topic,
    string OtherAlias)
{
    public string Question =>
        string.Join('\t', "policy", Identity ? "identity" : "default", MirrorOracle.Hex(Separator), MirrorOracle.Bool(InternalSeparator),
            MirrorOracle.Hex(Alias), MirrorOracle.Hex(Topic), MirrorOracle.Hex(OtherAlias));

    public static PolicyQuestion Parse(string line)
    {
        var f = line.Split('\t');
        return new(f[1] == "identity", MirrorOracle.Text(f[2]), f[3] == "true", f[4] == MirrorOracle.Null ? null : MirrorOracle.Text(f[4]),
            MirrorOracle.Text(f[5]), MirrorOracle.Text(f[6]));
    }

    public string OurAnswer()
    {
        var internalSeparator = InternalSeparator ? Separator : ".";
        ReplicationPolicy policy = Identity
            ? new IdentityReplicationPolicy(Alias, Separator, internalSeparator)
            : new DefaultReplicationPolicy(Separator, internalSeparator);
        return string.Join('\t', MirrorOracle.Hex(policy.FormatRemoteTopic(OtherAlias, Topic)), MirrorOracle.Hex(policy.TopicSource(Topic)),
            MirrorOracle.Hex(policy.UpstreamTopic(Topic)),
            MirrorOracle.Hex(policy.OriginalTopic(Topic)), MirrorOracle.Hex(policy.HeartbeatsTopic),
            MirrorOracle.Hex(policy.OffsetSyncsTopic(OtherAlias)),
            MirrorOracle.Hex(policy.CheckpointsTopic(OtherAlias)), MirrorOracle.Bool(policy.IsHeartbeatsTopic(Topic)),
            MirrorOracle.Bool(policy.IsCheckpointsTopic(Topic)),
            MirrorOracle.Bool(policy.IsMm2InternalTopic(Topic)), MirrorOracle.Bool(policy.IsInternalTopic(Topic)),
            MirrorOracle.Bool(policy.IsCycle(Topic, OtherAlias)));
    }
}
