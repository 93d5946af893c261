using Heliostat.Client.Producing;
using Heliostat.Mirroring.Troubles;

namespace Heliostat.Mirroring.Pump;

/// <summary>What an intake tells its lane, whose lock is held.</summary>
internal interface IIntakeOwner
{
    /// <summary>Hands a batch to an outlet; false when nothing more is taken.</summary>
    bool Send(int outlet, in ProduceBatch batch);

    /// <summary>Hands over a record that is put aside for a cause; false when nothing more is taken.</summary>
    bool PutAside(in ProduceBatch letter, Loss cause);

    /// <summary>Nothing is taken in any more, for a cause; where that <paramref name="passes"/>, it is tried again soon.</summary>
    void Stop(Trouble trouble, bool passes = false);

    /// <summary>
    /// The record at <paramref name="offset"/> needs a batch of <paramref name="bytes"/>, and the target takes no such one.
    /// </summary>
    void TooLarge(long offset, int bytes);
}
