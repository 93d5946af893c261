using System.Globalization;
using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;

namespace Heliostat.Client.Tests.Groups.Assignment;

/// <summary>One decision of a Java assignor, as AssignorVectors.java prints it.</summary>
public sealed record AssignorVector(string Assignor, string Text)
{
    public Dictionary<string, int> PartitionCounts { get; } = [];

    public List<GroupMember> Members { get; } = [];

    /// <summary>The subscriptions as Java wrote them, in the order of <see cref="Members"/>.</summary>
    public List<byte[]> Subscriptions { get; } = [];

    public Dictionary<string, List<TopicPartition>> Assignment { get; } = [];

    public static IEnumerable<AssignorVector> Parse(string text)
    {
        foreach (var decision in text.Split("assign ").Skip(1))
        {
            var lines = decision.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var vector = new AssignorVector(lines[0], decision);
            foreach (var line in lines[1..])
            {
                vector.Read(line.Split(' '));
            }

            yield return vector;
        }
    }

    private void Read(string[] words)
    {
        switch (words[0])
        {
            case "topic":
                PartitionCounts.Add(words[1], int.Parse(words[2], CultureInfo.InvariantCulture));
                break;
            case "member":
                Subscriptions.Add(Convert.FromHexString(words[3]));
                Members.Add(ConsumerProtocol.ReadSubscription(words[1], words[2] == "-" ? null : words[2], Subscriptions[^1]));
                break;
            case "gets":
                Assignment.Add(words[1], [.. words[2..].Select(Partition)]);
                break;
        }
    }

    private static TopicPartition Partition(string text)
    {
        var dash = text.LastIndexOf('-');
        return new TopicPartition(text[..dash], int.Parse(text[(dash + 1)..], CultureInfo.InvariantCulture));
    }
}
