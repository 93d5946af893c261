using Heliostat.Client.Producing;
using Heliostat.Protocol.Records;
using Heliostat.Transport.Waiting;

namespace Heliostat.Client.Transactions;

/// <summary>The owner's own batches: a partition each for where they go, open from the first write on.</summary>
internal sealed class TransactionWriter(Producer producer)
{
    private readonly Dictionary<TopicPartition, Outlet> _outlets = [];

    /// <summary>Ends when the target has all of them.</summary>
    public Task Write(IReadOnlyList<TransactionWrite> writes)
    {
        var written = new Task[writes.Count];
        for (var i = 0; i < writes.Count; i++) written[i] = OutletOf(writes[i].Target).Write(writes[i].Batch);
        return Settling.AllAsync(written);
    }

    /// <summary>Nothing will be written any more.</summary>
    public void Fail(Exception failure)
    {
        Outlet[] outlets;
        lock (_outlets) outlets = [.. _outlets.Values];

        foreach (var outlet in outlets) outlet.Fail(failure);
    }

    private Outlet OutletOf(TopicPartition target)
    {
        lock (_outlets)
        {
            if (_outlets.TryGetValue(target, out var outlet)) return outlet;
        }

        var made = new Outlet(producer, target);
        lock (_outlets) _outlets.Add(target, made);
        return made;
    }

    private sealed class Outlet : IProduceSink
    {
        private readonly Lock _gate = new();
        private readonly Queue<(long Number, TaskCompletionSource Written)> _waiting = new();
        private readonly Producer _producer;
        private readonly ProducerPartition _partition;
        private Exception? _over;
        private long _number;

        public Outlet(Producer producer, TopicPartition target)
        {
            _producer = producer;
            _partition = producer.Open(target, this, isShared: true, logEnd: -1, whileHeld: true);
        }

        public Task Write(ReadOnlyMemory<byte> batch)
        {
            var records = new RecordBatchHeader(batch.Span).RecordsCount;
            var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            long number;
            lock (_gate)
            {
                if (_over is not null) return Task.FromException(_over);

                number = ++_number;
                _waiting.Enqueue((number, written));
            }

            var frameOwned = _producer.Network.Frames.RentNow(batch.Length);
            batch.CopyTo(frameOwned.Memory);
            _partition.Enqueue(new ProduceBatch(frameOwned, frameOwned.Memory, number, number, records, _producer.Time.GetTimestamp()));
            return written.Task;
        }

        public void Acknowledged(in ProduceBatch batch, long baseOffset)
        {
            TaskCompletionSource written;
            lock (_gate)
            {
                // Those before it were refused and told so.
                if (!_waiting.TryPeek(out var first) || first.Number != batch.FirstSourceOffset) return;

                written = _waiting.Dequeue().Written;
            }

            written.SetResult();
        }

        public void Refused(ErrorCode code, string? message)
        {
            _partition.Restart();
            FailAll(new KafkaErrorException(code, message ?? $"{_producer.Network.Cluster}: {_partition.Target}: {code.Name()}"));
        }

        public void Fail(Exception failure)
        {
            lock (_gate) _over = failure;

            FailAll(failure);
        }

        private void FailAll(Exception failure)
        {
            TaskCompletionSource[] waiting;
            lock (_gate)
            {
                waiting = [.. _waiting.Select(one => one.Written)];
                _waiting.Clear();
            }

            foreach (var written in waiting) written.TrySetException(failure);
        }
    }
}
