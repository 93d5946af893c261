namespace Heliostat.Client.Tests.Transactions;

/// <summary>What befalls one request to the coordinator.</summary>
internal enum CoordinatorFault
{
    None,

    /// <summary>Nobody is reached.</summary>
    Unreachable,

    /// <summary>It is done, and the answer is lost.</summary>
    AnswerLost,

    /// <summary>It is lost, and is done later: when the next but some request comes.</summary>
    Late,

    /// <summary>It is answered with an error that says to come again.</summary>
    Retriable,
}
