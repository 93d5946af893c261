using Heliostat.Broker.Storage;

namespace Heliostat.Broker.Transactions;

/// <summary>Gives out producer ids, each once. They are written down in blocks: after a restart the next block follows.</summary>
internal sealed class ProducerIds(StateJournal journal)
{
    private const int BlockSize = 1000;

    private readonly Lock _lock = new();
    private long _next;
    private long _blockEnd;

    public long Take()
    {
        lock (_lock)
        {
            if (_next == _blockEnd)
            {
                journal.Write(new ProducerIdRecord(_blockEnd + BlockSize));
                _blockEnd += BlockSize;
            }

            return _next++;
        }
    }

    public void Restore(ProducerIdRecord record) => _next = _blockEnd = record.Next;
}
