using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Heliostat.Mirroring.Flows;
using Heliostat.Status;

namespace Heliostat.Commands;

/// <summary>
/// Tells systemd how the mirror does, where <c>NOTIFY_SOCKET</c> says that it wants to know (sd_notify(3)): that it is ready, the sentence
/// of its status, that it is alive (<c>WATCHDOG_USEC</c>), and that it stops. Where nobody listens it does nothing.
/// </summary>
/// <param name="look">What the mirror does now, with each lane.</param>
/// <param name="variable">A variable of the environment.</param>
/// <param name="time">The clock.</param>
internal sealed class Supervisor(Func<EngineSnapshot> look, Func<string, string?> variable, TimeProvider time)
{
    /// <summary>Between two looks, where the watchdog does not want to hear more often.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Until it is ready it looks more often.</summary>
    private static readonly TimeSpan UntilReady = TimeSpan.FromMilliseconds(200);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private bool _isReady;
    private string _reported = "";

    /// <summary>Tells until <paramref name="stopping"/> or <paramref name="ended"/>, and that it stops then.</summary>
    public async Task RunAsync(CancellationToken stopping, CancellationToken ended)
    {
        if (variable("NOTIFY_SOCKET") is not { Length: > 0 } path)
        {
            return;
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var address = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
        var alive = long.TryParse(variable("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds) / 2
            : TimeSpan.MaxValue;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, ended);
        try
        {
            while (true)
            {
                // Made of what the loops hold: a mirror that hangs answers no more.
                Send(socket, address, News(alive < TimeSpan.MaxValue));
                var wait = alive < Interval ? alive : Interval;
                await Task.Delay(_isReady || wait < UntilReady ? wait : UntilReady, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            Send(socket, address, "STOPPING=1\nSTATUS=Stopping: what is in flight is awaited, and positions are stored.");
        }
    }

    /// <summary>What is new since the last call; empty for nothing.</summary>
    internal string News(bool isWatched)
    {
        var engine = look();
        var news = new StringBuilder(isWatched ? "WATCHDOG=1\n" : "");
        if (!_isReady && engine.Flows.All(flow => flow.HasRun || flow.Status != FlowStatus.Starting))
        {
            _isReady = true;
            news.Append("READY=1\n");
        }

        if (StatusOf.Engine(engine, time.GetUtcNow(), _startedAt).Sentence.ReplaceLineEndings(" ") is var sentence && sentence != _reported)
        {
            _reported = sentence;
            news.Append("STATUS=").Append(sentence).Append('\n');
        }

        return news.ToString();
    }

    private static void Send(Socket socket, UnixDomainSocketEndPoint address, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        try
        {
            socket.SendTo(Encoding.UTF8.GetBytes(text), address);
        }
        catch (SocketException)
        {
            // Who does not listen any more is not told: that is no reason to stop.
        }
    }
}
