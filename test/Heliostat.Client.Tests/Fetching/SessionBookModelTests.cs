using System.Net;
using Heliostat.Client.Fetching;
using Heliostat.Client.Routing;
using Heliostat.Protocol.Messages;
using Heliostat.Testing;
using Heliostat.Transport;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Heliostat.Client.Tests.Fetching;

/// <summary>
/// Random runs of a book against a broker that does what a session says (KIP-227): after each answer it knows of every cursor, and of no
/// other.
/// </summary>
public sealed class SessionBookModelTests(ITestOutputHelper output)
{
    private const int Runs = 300;
    private const int Steps = 200;
    private const int Partitions = 6;

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    public void After_each_answer_the_broker_knows_every_cursor_and_no_other(short version)
    {
        for (var run = 0; run < Runs; run++)
        {
            var seed = Random.Shared.Next();
            try
            {
                Run(new Random(seed), version);
            }
            catch
            {
                output.WriteLine($"seed {seed}, version {version}");
                throw;
            }
        }
    }

    private static void Run(Random random, short version)
    {
        var time = new ManualTimeProvider();
        var options = new ClientOptions { Cluster = "source", BootstrapServers = [new DnsEndPoint("127.0.0.1", 1)] };
        var client = new KafkaClient(options, new FramePool(1 << 20), time, NullLoggerFactory.Instance);
        var fetcher = new Fetcher(client, new FetchOptions(), time, NullLoggerFactory.Instance);
        var woken = 0;
        var book = new SessionBook(1, new FetchOptions(), () => woken++, time);
        var here = new FetchCursor?[Partitions];
        var broker = new Broker();
        for (var step = 0; step < Steps; step++)
        {
            var partition = random.Next(Partitions);
            switch (random.Next(7))
            {
                case 0 when here[partition] is null:
                    var cursor = fetcher.Add(new TopicPartition("orders", partition), random.Next(100), -1, new NoSink());
                    cursor.Book = book;
                    book.Join(cursor);
                    here[partition] = cursor;
                    break;
                case 1 when here[partition] is { } leaving:
                    book.Leave(leaving);
                    leaving.Book = null;
                    here[partition] = null;
                    break;
                case 2:
                    here[partition]?.Pause();
                    break;
                case 3:
                    here[partition]?.Resume();
                    break;
                case 4:
                    here[partition]?.Advance(random.Next(100));
                    break;
                case 5:
                    book.StartOver(isGone: random.Next(2) == 0);
                    break;
                default:
                    Ask(book, version, broker, here);
                    break;
            }
        }
    }

    private static void Ask(SessionBook book, short version, Broker broker, FetchCursor?[] here)
    {
        var active = here.OfType<FetchCursor>()
            .Where(cursor => cursor.IsActive).ToDictionary(cursor => cursor.Partition.Partition, cursor => cursor.Position);
        Assert.Equal(active.Count > 0, book.HasWork);
        if (book.Build(version, somebodyWaits: false) < 0)
        {
            Assert.Empty(active);
            return;
        }

        book.Accepted(broker.Take(book.Request), version);
        if (!broker.IsOfTwoSteps(here))
        {
            Assert.Equal(active.OrderBy(cursor => cursor.Key), broker.Known.OrderBy(cursor => cursor.Key));
        }
    }

    /// <summary>The broker's half of a session.</summary>
    private sealed class Broker
    {
        private int _epoch;

        public Dictionary<int, long> Known { get; } = [];

        public FetchResponse Take(FetchRequest request)
        {
            if (request.SessionEpoch <= 0)
            {
                Known.Clear();
                _epoch = 0;
            }
            else
            {
                Assert.Equal(_epoch, request.SessionEpoch);
            }

            foreach (var partition in request.ForgottenTopicsData.SelectMany(topic => topic.Partitions)) Known.Remove(partition);
            foreach (var topic in request.Topics)
            {
                foreach (var partition in topic.Partitions) Known[partition.Partition] = partition.FetchOffset;
            }

            _epoch++;
            return new FetchResponse { SessionId = request.SessionEpoch < 0 ? 0 : 7 };
        }

        /// <summary>B: a partition that left and came back as another cursor is forgotten first, and named in the next request.</summary>
        public bool IsOfTwoSteps(FetchCursor?[] here) =>
            here.OfType<FetchCursor>()
                .Any(cursor => cursor.IsActive && cursor.IsDirty && !cursor.IsInSession && !Known.ContainsKey(cursor.Partition.Partition));
    }

    private sealed class NoSink : IFetchSink
    {
        public void Fetched(FetchCursor cursor, in FetchedPartition partition)
        {
        }

        public void Failed(FetchCursor cursor, in FetchFailure failure)
        {
        }
    }
}
