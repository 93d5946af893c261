using Heliostat.Client.Groups;
using Heliostat.Client.Groups.Assignment;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Testing.Processes;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Groups.Assignment;

/// <summary>
/// Our assignors against Java's: range and round-robin decide the same; the sticky ones decide as evenly or more so, and where all members
/// subscribe to the same topics they leave as many partitions where they are.
/// </summary>
public sealed class JavaAssignorTests(ITestOutputHelper output)
{
    [Fact]
    public void Assigns_as_the_recorded_Java_assignors_do() =>
        AssertAll(
            AssignorVector.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Groups", "Assignment", "AssignorVectors.txt"))));

    [KafkaTheory("3.9.1", "4.3.1")]
    [InlineData("3.9.1")]
    [InlineData("4.3.1")]
    public async Task Assigns_as_the_Java_assignors_do(string version)
    {
        var seed = Seed.Next(output);
        using var folder = new TemporaryFolder("assignors");
        var libs = Path.Combine(KafkaDistribution.Require(version).Home, "libs", "*");
        var source = Path.Combine(AppContext.BaseDirectory, "Groups", "Assignment", "AssignorVectors.java");

        await using var java = ChildProcess.Start(
            folder.File("java"), ["java", "-XX:+UseSerialGC", "-cp", libs, source, $"{seed}", "400"], null, separateErrors: true);
        var status = await java.WaitForExitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);

        Assert.True(status == 0, java.Tail());
        AssertAll(AssignorVector.Parse(await File.ReadAllTextAsync(java.OutputFile)));
    }

    private static void AssertAll(IEnumerable<AssignorVector> vectors)
    {
        var count = 0;
        foreach (var vector in vectors)
        {
            count++;
            AssertReadsAndWritesSubscriptions(vector);
            var assignor = Assignors.All.Single(a => a.Name == vector.Assignor);
            var ours = assignor.Assign(vector.PartitionCounts, vector.Members);
            if (assignor == Assignors.Range || assignor == Assignors.RoundRobin)
            {
                Assert.True(vector.Assignment.All(a => a.Value.SequenceEqual(ours[a.Key])), Difference(vector, ours));
            }
            else
            {
                AssertSticky(vector, ours);
            }
        }

        Assert.True(count >= 100, $"only {count} decisions");
    }

    private static void AssertReadsAndWritesSubscriptions(AssignorVector vector)
    {
        foreach (var (member, java) in vector.Members.Zip(vector.Subscriptions))
        {
            var ours = ConsumerProtocol.WriteSubscription(new ConsumerProtocolSubscription
            {
                Topics = [.. member.Topics],
                UserData = member.UserData,
                OwnedPartitions = ConsumerProtocol.ByTopic(member.OwnedPartitions),
                GenerationId = member.Generation,
                RackId = member.RackId,
            });
            Assert.Equal(java, ours);
            if (vector.Assignor == "sticky" && member.UserData is { } userData)
            {
                var (partitions, generation) = StickyUserData.Read(userData);
                Assert.Equal(userData.ToArray(), StickyUserData.Write(partitions, generation).ToArray());
            }
        }
    }

    private static void AssertSticky(AssignorVector vector, Dictionary<string, List<TopicPartition>> ours)
    {
        var theirs = vector.Assignment;
        var withheld = Withheld(vector, ours);
        var everything = vector.PartitionCounts
            .Where(t => vector.Members.Exists(m => m.Topics.Contains(t.Key)))
            .SelectMany(t => Enumerable.Range(0, t.Value).Select(i => new TopicPartition(t.Key, i)));
        Assert.Equal(everything.Except(withheld).Order(ByName).ToList(), ours.Values.SelectMany(p => p).Order(ByName).ToList());
        Assert.All(vector.Members, m => Assert.All(ours[m.MemberId], p => Assert.Contains(p.Topic, m.Topics)));
        Assert.All(withheld, p => Assert.Contains(vector.Members, m => m.OwnedPartitions.Contains(p)));

        var alike = vector.Members.All(m => m.Topics.Order().SequenceEqual(vector.Members[0].Topics.Order()));

        // Java gives partitions to members that want none when the first member it looks at wants none.
        if (!vector.Members.All(m => theirs[m.MemberId].All(p => m.Topics.Contains(p.Topic))))
        {
            return;
        }

        if (vector.Assignor == "sticky")
        {
            Assert.True(Unevenness(ours) <= Unevenness(theirs), Difference(vector, ours));
        }

        if (alike)
        {
            Assert.True(Kept(vector, ours) >= Kept(vector, theirs), Difference(vector, ours));
        }
    }

    /// <summary>What a cooperative assignor gives to nobody because its owner must give it up first.</summary>
    private static List<TopicPartition> Withheld(AssignorVector vector, Dictionary<string, List<TopicPartition>> ours) =>
        vector.Assignor == "sticky"
            ? []
            : [.. vector.Members.SelectMany(m => m.OwnedPartitions).Where(p => vector.PartitionCounts.ContainsKey(p.Topic)).Distinct()
                .Except(ours.Values.SelectMany(p => p)).Where(p => vector.Members.Exists(m => m.Topics.Contains(p.Topic)))];

    private static int Unevenness(Dictionary<string, List<TopicPartition>> assignment) => assignment.Values.Sum(p => p.Count * p.Count);

    private static int Kept(AssignorVector vector, Dictionary<string, List<TopicPartition>> assignment) => vector.Members.Sum(m =>
        (vector.Assignor == "sticky" ? StickyUserData.Read(m.UserData).Partitions : m.OwnedPartitions)
            .Intersect(assignment[m.MemberId]).Count());

    private static Comparer<TopicPartition> ByName { get; } = Comparer<TopicPartition>.Create((a, b) =>
        (a.Topic, a.Partition).CompareTo((b.Topic, b.Partition)));

    private static string Difference(AssignorVector vector, Dictionary<string, List<TopicPartition>> ours) =>
        $"{vector.Text}\nours:\n{string.Join('\n', ours.Select(a => $"{a.Key} {string.Join(' ', a.Value)}"))}";
}
