using Heliostat.MirrorClient.Policies;
using Heliostat.Testing;
using Heliostat.Testing.RealKafka;
using Xunit.Abstractions;

namespace Heliostat.MirrorClient.Tests.Policies;

public sealed class ReplicationPolicyTests(ITestOutputHelper output)
{
    private const int RandomNames = 20_000;

    private static readonly string[] Separators = [".", "_", "-", "__", "aa", "", "heart", "beats", "."];
    private static readonly string[] Words =
        ["A", "B", "a", "aa", "prod", "orders", "heartbeats", "app-heartbeats", "checkpoints", "internal", "mm2", "mm2-offset-syncs",
            "mm2-configs", "__consumer_offsets", "", "v1", "internal", "é", "billing"];

    private static readonly string[] HandPicked =
        ["orders", "A.orders", "orders.v1", "foo.", "foo..", ".foo", "..", ".", "", "A..b", "A.B.t", "B.A.t", "heartbeats", "A.heartbeats",
            "B.A.heartbeats", "fleet.heartbeats", "app-heartbeats", "A.app-heartbeats", "heartbeats.", "billing.internal",
            "billing-internal", "A.checkpoints.internal", ".checkpoints.internal", "mm2-offset-syncs.B.internal", "mm2-offsets.A.internal",
            "mm2.internal", "A.mm2-offsets.B.internal",
            "mm2internal", "__transaction_state", "A.__x", "prod.orders", "a_heartbeats", "A_checkpoints_internal",
            "mm2-offset-syncs_B_internal"];

    private static string Recorded => Path.Combine(AppContext.BaseDirectory, "Policies", "recorded.tsv");

    [Fact]
    public void Names_are_those_that_MirrorMaker_2_gave_when_they_were_recorded() =>
        Assert.All(File.ReadAllLines(Recorded), line =>
        {
            var parts = line.Split('\t');
            var question = PolicyQuestion.Parse(string.Join('\t', parts[..7]));

            Assert.Equal(string.Join('\t', parts[7..]), question.OurAnswer());
        });

    [KafkaFact]
    public async Task The_recorded_names_are_those_of_MirrorMaker_2()
    {
        PolicyQuestion[] questions =
        [
            .. from identity in new[] { false, true }
                from topic in HandPicked from alias in new[] { "A", "B" } select new PolicyQuestion(identity, ".", true, "A", topic, alias),
            .. from identity in new[] { false, true } from topic in HandPicked
                from kept in new[] { true, false } select new PolicyQuestion(identity, "_", kept, null, topic, "prod"),
        ];

        var lines = questions.Zip(await MirrorOracle.AskAsync(questions.Select(q => q.Question)),
            (question, answer) => question.Question + "\t" + answer).ToArray();

        // HELIOSTAT_RECORD names the source folder to record into.
        if (Environment.GetEnvironmentVariable("HELIOSTAT_RECORD") is { } folder)
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, "recorded.tsv"), lines);
        }

        Assert.Equal(await File.ReadAllLinesAsync(Recorded), lines);
    }

    [KafkaFact]
    public async Task Random_names_are_answered_as_MirrorMaker_2_answers()
    {
        var random = Seed.New(output);
        var questions = Enumerable.Range(0, RandomNames).Select(_ => Next(random)).ToArray();

        await MirrorOracle.AgreesAsync([.. questions.Select(q => (q.Question, q.OurAnswer()))]);
    }

    [Fact]
    public void A_topic_that_has_been_on_the_target_is_a_cycle()
    {
        var policy = new DefaultReplicationPolicy();

        Assert.True(policy.IsCycle("B.orders", "B"));
        Assert.True(policy.IsCycle("C.B.orders", "B"));
        Assert.False(policy.IsCycle("C.orders", "B"));
        Assert.False(policy.IsCycle("orders", "B"));
    }

    private static PolicyQuestion Next(Random random)
    {
        var separator = Pick(random, Separators);
        var glue = random.Next(4) == 0 ? "." : separator;
        var topic = string.Join(glue, Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Pick(random, Words)));
        return new(random.Next(2) == 0, separator, random.Next(3) != 0, random.Next(3) == 0 ? null : Pick(random, Words), topic,
            Pick(random, Words));
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
