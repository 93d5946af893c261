using Heliostat.Protocol.Messages;
using Heliostat.Protocol.Wire;

namespace Heliostat.Protocol.Tests.Messages;

/// <summary>The messages of the batch path, read and written over and over in one object.</summary>
public sealed class ReuseTests
{
    [Theory]
    [InlineData("FetchRequest")]
    [InlineData("FetchResponse")]
    [InlineData("ProduceRequest")]
    [InlineData("ProduceResponse")]
    public void A_message_that_is_read_again_allocates_nothing(string name)
    {
        var codec = Codec.Of(name);
        for (var version = codec.Message.MinVersion; version <= codec.Message.MaxVersion; version++)
        {
            var bytes = codec.Write(Filled(name), version);
            var body = codec.New();
            codec.Read(body, bytes, version);
            codec.Read(body, bytes, version);

            var before = GC.GetAllocatedBytesForCurrentThread();
            codec.Read(body, bytes, version);

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Fact]
    public void A_message_that_is_written_again_allocates_nothing()
    {
        var body = (ProduceRequest)Filled("ProduceRequest");
        var buffer = new WireBuffer();
        Write(body, buffer);
        Write(body, buffer);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(body, buffer);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Records_are_slices_of_the_frame_and_are_spliced_in_on_writing()
    {
        var codec = Codec.Of("FetchResponse");
        var bytes = codec.Write(Filled("FetchResponse"), 17);
        var read = new FetchResponse();
        codec.Read(read, bytes, 17);
        var records = read.Responses[0].Partitions[0].Records;
        records.Span.Fill(0xab);
        var buffer = new WireBuffer();
        var writer = new WireWriter(buffer, 17, flexible: true);
        writer.Body(ref read);

        Assert.Contains("abababababab", Convert.ToHexStringLower(bytes), StringComparison.Ordinal);
        Assert.DoesNotContain("abababababab", Convert.ToHexStringLower(buffer.Written), StringComparison.Ordinal);
        Assert.Equal(bytes, buffer.ToArray());
    }

    [Fact]
    public void Tags_that_are_absent_leave_nothing_of_the_message_before()
    {
        var codec = Codec.Of("FetchResponse");
        var body = new FetchResponse();
        var full = (FetchResponse)Filled("FetchResponse");
        full.Responses[0].Partitions[0].CurrentLeader = new LeaderIdAndEpoch { LeaderId = 3, LeaderEpoch = 4 };
        full.NodeEndpoints.Next().Host = "there";
        codec.Read(body, codec.Write(full, 17), 17);
        Assert.Equal(3, body.Responses[0].Partitions[0].CurrentLeader!.LeaderId);
        Assert.Equal("there", body.NodeEndpoints[0].Host);

        codec.Read(body, codec.Write(Filled("FetchResponse"), 17), 17);

        Assert.Null(body.Responses[0].Partitions[0].CurrentLeader);
        Assert.Empty(body.NodeEndpoints);
    }

    [Fact]
    public void A_null_list_of_aborted_transactions_is_read_as_empty()
    {
        var response = new FetchResponse();
        response.Responses.Next().Partitions.Next().AbortedTransactions.Next();
        var frame = Convert.FromHexString("00000000" + "00000001" + "000174" + "00000001" + "00000000" + "0000"
            + "0000000000000005" + "0000000000000005" + "ffffffff" + "ffffffff");

        Assert.Equal(0, Codec.Of("FetchResponse").Read(response, frame, 4));

        Assert.Empty(response.Responses[0].Partitions[0].AbortedTransactions);
        Assert.Equal(0, response.Responses[0].Partitions[0].Records.Length);
    }

    private static void Write(ProduceRequest body, WireBuffer buffer)
    {
        buffer.Clear();
        var writer = new WireWriter(buffer, 12, flexible: true);
        writer.Body(ref body);
    }

    private static IBody Filled(string name)
    {
        switch (name)
        {
            case "FetchRequest":
                var fetch = new FetchRequest { RackId = "rack", SessionId = 5 };
                var asked = fetch.Topics.Next();
                asked.Topic = "topic";
                asked.Partitions.Next().FetchOffset = 7;
                asked.Partitions.Next().HighWatermark = 8;
                var forgotten = fetch.ForgottenTopicsData.Next();
                forgotten.Topic = "gone";
                forgotten.Partitions = [1, 2, 3];
                return fetch;
            case "FetchResponse":
                var fetched = new FetchResponse();
                var topic = fetched.Responses.Next();
                topic.Topic = "topic";
                var partition = topic.Partitions.Next();
                partition.Records = new byte[100];
                partition.AbortedTransactions.Next().ProducerId = 9;
                topic.Partitions.Next().ErrorCode = ErrorCode.NotLeaderOrFollower;
                return fetched;
            case "ProduceRequest":
                var produce = new ProduceRequest { TransactionalId = "transaction", Acks = -1 };
                var sent = produce.TopicData.Next();
                sent.Name = "topic";
                sent.PartitionData.Next().Records = new byte[100];
                sent.PartitionData.Next().Records = new byte[50];
                return produce;
            default:
                var produced = new ProduceResponse();
                var answered = produced.Responses.Next();
                answered.Name = "topic";
                answered.PartitionResponses.Next().ErrorMessage = "no";
                answered.PartitionResponses.Next().RecordErrors.Next().BatchIndexErrorMessage = "bad";
                return produced;
        }
    }
}
