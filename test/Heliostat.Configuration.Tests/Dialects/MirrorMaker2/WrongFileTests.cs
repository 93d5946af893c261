using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Dialects.MirrorMaker2;

/// <summary>Files that do not say what their writers meant, and what they are told.</summary>
public sealed class WrongFileTests
{
    [Theory]
    [InlineData(
        "source.bootstrap.servers = a:1\ntarget.bootstrap.servers = b:1\n",
        "clusters: is missing: it lists the aliases of the clusters, separated by commas; write 'clusters = source, target' and "
            + "'source->target.enabled = true'")]
    [InlineData(
        "A.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nB->A.enabled = true\n",
        "clusters: is missing: it lists the aliases of the clusters, separated by commas; write 'clusters = A, B'")]
    [InlineData(
        "bootstrap.servers = a:1\n",
        "clusters: is missing: it lists the aliases of the clusters, separated by commas; write 'clusters = A, B', and "
            + "'A.bootstrap.servers = HOST:9092' for each")]
    public void A_file_without_clusters_is_told_the_lines_that_it_lacks(string content, string problem)
    {
        Assert.Contains(problem, Assert.Single(Configurations.Read(content).Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bootstrap.servers = a:1\ngroup.id = mm\nauto.offset.reset = earliest\n",
        "the file is of a consumer, as MirrorMaker 1 takes it: heliostat mirror-maker --consumer.config ")]
    [InlineData("zookeeper.connect = a:1\ngroup.id = mm\n", "the file is of a consumer")]
    [InlineData("bootstrap.servers = a:1\nacks = all\n",
        "the file is of a producer, as MirrorMaker 1 takes it: heliostat mirror-maker --consumer.config FILE --producer.config ")]
    [InlineData("metadata.broker.list = a:1\n", "the file is of a producer")]
    [InlineData("{\n  \"name\": \"mm2\",\n  \"config\": {}\n}\n",
        "the file is JSON, as Kafka Connect takes connectors; here a file of MirrorMaker 2's dedicated mode is wanted: 'clusters = A, B'")]
    [InlineData("{\"name\":\"mm2\"}", "the file is JSON")]
    [InlineData("apiVersion: kafka.strimzi.io/v1\nkind: KafkaMirrorMaker2\n", "the file is YAML, a resource of Kubernetes")]
    [InlineData("name = mm2\nconnector.class = org.apache.kafka.connect.mirror.MirrorSourceConnector\ntopics = .*\n",
        "the file is a connector of Kafka Connect")]
    [InlineData("bootstrap.servers = a:1\ngroup.id = connect\nkey.converter = org.apache.kafka.connect.json.JsonConverter\n",
        "the file is of a worker of Kafka Connect")]
    public void A_file_of_another_program_is_told_what_it_is_and_who_takes_it(string content, string what) =>
        Assert.Contains($"clusters: is missing: {what}", Assert.Single(Configurations.Read(content).Errors).ToString(),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("topics = a.*   # all",
        "topics: 'a.*   # all' is taken as it stands, '# all' with it: a comment must have a line of its own")]
    [InlineData("replication.policy.separator = _ # as ever",
        "replication.policy.separator: '_ # as ever' is taken as it stands, '# as ever' with it: a comment must have a line of its own")]
    [InlineData("A.client.id = me\t# nobody else",
        "A.client.id: 'me\t# nobody else' is taken as it stands, '# nobody else' with it: a comment must have a line of its own")]
    public void A_comment_behind_a_value_is_no_comment(string line, string warning)
    {
        var read = Configurations.GoodWith(line);

        Assert.Contains(read.Warnings, problem => problem.ToString().EndsWith(warning, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("A.client.id = team#7")]
    [InlineData("topics = a#b")]
    public void A_hash_within_a_word_is_a_part_of_it(string line) =>
        Assert.DoesNotContain(Configurations.GoodWith(line).Warnings,
            problem => problem.Message.Contains("comment", StringComparison.Ordinal));

    [Fact]
    public void A_mark_of_UTF_8_before_the_file_is_skipped()
    {
        var read = Configurations.Read(
            "\u00ef\u00bb\u00bfclusters = A, B\nA.bootstrap.servers = a:1\nB.bootstrap.servers = b:1\nA->B.enabled = true\n");

        Assert.Equal(["A", "B"], read.Aliases);
        Assert.Empty(read.Errors);
    }

    [Fact]
    public void Of_a_variable_that_is_not_set_one_error_says_so_and_nothing_else()
    {
        const string Provider =
            "config.providers = env\nconfig.providers.env.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider\n";
        var read = Configurations.Read(
            Provider
                + "clusters = A, B\nA.bootstrap.servers = ${env:NOT_SET}\nB.bootstrap.servers = ${env:NOT_SET}\nA->B.enabled = "
                + "true\ntasks.max = ${env:NOT_SET}\n");

        Assert.EndsWith("A.bootstrap.servers: ${env:NOT_SET} is not resolved: the environment variable 'NOT_SET' is not set",
            Assert.Single(read.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_are_no_clusters_none_are_listed()
    {
        var read = Configurations.Read("clusters =\nA.bootstrap.servers = a:1\nA->B.enabled = true\n");

        Assert.Contains(read.Errors, problem => problem.Message == "'A' is not one of the clusters: 'clusters' names none");
        Assert.DoesNotContain(read.Errors.Concat(read.Warnings), problem => problem.Message.EndsWith(": ", StringComparison.Ordinal));
    }
}
