using System.Net;

namespace Heliostat.Faults.Running;

/// <summary>What a link does to bytes. May change at any time; what is connected feels it with its next bytes.</summary>
internal sealed class Weather
{
    private volatile bool _isStalled;

    /// <summary>Nothing goes through, in either direction, and nobody is told.</summary>
    public bool IsStalled
    {
        get => _isStalled;
        set => _isStalled = value;
    }

    /// <summary>A connection ends after so many bytes at the most, at a random one; 0: never.</summary>
    public int CutWithin { get; set; }

    /// <summary>One of so many answers to Produce is swallowed, and its connection ends; 0: none.</summary>
    public int SwallowOneAnswerOf { get; set; }

    /// <summary>Who connects to another address is turned away; null: nobody is.</summary>
    public IPAddress? OnlyAt { get; set; }

    /// <summary>How long bytes take in either direction.</summary>
    public TimeSpan OneWay { get; set; }

    /// <summary>The share of packets that have to be sent again, as TCP does after <see cref="Again"/>, all behind them waiting.</summary>
    public double Loss { get; set; }

    /// <summary>How long until a lost packet is sent again.</summary>
    public TimeSpan Again { get; } = TimeSpan.FromMilliseconds(200);

    public void Clear()
    {
        IsStalled = false;
        CutWithin = 0;
        SwallowOneAnswerOf = 0;
        OnlyAt = null;
        OneWay = TimeSpan.Zero;
        Loss = 0;
    }
}
