namespace Heliostat.Transport;

/// <summary>How reading the head of a frame ended.</summary>
internal enum FrameHead
{
    Read,

    /// <summary>The peer ended between frames.</summary>
    End,

    /// <summary>The peer ended within the head.</summary>
    Cut,

    /// <summary>The size is negative, too small or too large.</summary>
    Unbelievable,
}
