using Heliostat.Configuration.Files;
using Heliostat.Testing;

namespace Heliostat.Configuration.Tests.Files;

public sealed class ZooKeeperOffsetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new("zookeeper");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_offsets_of_one_group_are_read_as_the_tool_writes_them()
    {
        var read =
            Load("/consumers/mirror/offsets/orders/0:42\n/consumers/mirror/offsets/a.b_c-d/11:9000000000\n/consumers/other/offsets/orders/0:7\n\n");

        Assert.Equal(new Dictionary<TopicPartition, long> { [new("orders", 0)] = 42, [new("a.b_c-d", 11)] = 9_000_000_000 }, read);
    }

    [Theory]
    [InlineData("/consumers/other/offsets/orders/0:7\n", "dump: --zookeeper-offsets: has no offset of group 'mirror', but of 'other'")]
    [InlineData("", "dump: --zookeeper-offsets: has no offset of group 'mirror'")]
    [InlineData("/consumers/mirror/offsets/orders/0:1\n/consumers/mirror/offsets/orders/0\n",
        "dump:2: --zookeeper-offsets: is none of /consumers/GROUP/offsets/TOPIC/PARTITION:OFFSET")]
    [InlineData("/consumers/mirror/offsets/orders/0:-1\n",
        "dump:1: --zookeeper-offsets: is none of /consumers/GROUP/offsets/TOPIC/PARTITION:OFFSET")]
    [InlineData("orders 0 5", "dump:1: --zookeeper-offsets: is none of /consumers/GROUP/offsets/TOPIC/PARTITION:OFFSET")]
    public void What_is_none_of_its_files_is_refused_with_its_line(string content, string problem) =>
        Assert.Equal(problem, Assert.Throws<ConfigurationException>(() => Load(content)).Problems
            .Single().ToString().Replace(_folder.Path + "/", "", StringComparison.Ordinal));

    private IReadOnlyDictionary<TopicPartition, long> Load(string content)
    {
        File.WriteAllText(_folder.File("dump"), content);
        return ZooKeeperOffsets.Load("--zookeeper-offsets", _folder.File("dump"), "mirror");
    }
}
