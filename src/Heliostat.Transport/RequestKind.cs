namespace Heliostat.Transport;

/// <summary>By what an answer is known.</summary>
internal enum RequestKind
{
    /// <summary>It begins with the request's correlation id.</summary>
    Answered,

    /// <summary>It is the next frame, whatever that holds.</summary>
    Bare,

    /// <summary>There is none.</summary>
    Unanswered,
}
