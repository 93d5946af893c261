using Heliostat.Protocol.Messages;

namespace Heliostat.Client.Fetching;

/// <summary>
/// The client's half of an incremental fetch session (KIP-227): which id and epoch the next request carries. Epoch 0 asks for a new session
/// with a full request, and closes the one whose id goes with it.
/// </summary>
internal sealed class FetchSession
{
    private const int New = 0;

    public int Id { get; private set; }

    public int Epoch { get; private set; }

    /// <summary>The next request names every partition; the broker remembers none.</summary>
    public bool IsFull => Epoch == New;

    /// <summary>Starts over: the next request is full.</summary>
    public void Reset() => Epoch = New;

    /// <summary>Starts over, and the broker has no session of ours to close.</summary>
    public void Forget()
    {
        Id = 0;
        Epoch = New;
    }

    /// <summary>The broker took the request.</summary>
    public void Accepted(FetchResponse response)
    {
        if (response.SessionId == 0)
        {
            // The broker has no room for a session: every request stays full.
            Forget();
            return;
        }

        Id = response.SessionId;
        Epoch = Epoch == int.MaxValue ? 1 : Epoch + 1;
    }
}
