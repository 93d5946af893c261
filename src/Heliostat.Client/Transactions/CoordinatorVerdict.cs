namespace Heliostat.Client.Transactions;

/// <summary>What a coordinator's answer says about a request of a transactional producer.</summary>
internal enum CoordinatorVerdict
{
    Done,

    /// <summary>The last transaction is not all ended yet: soon.</summary>
    Soon,

    /// <summary>Not now; the same again may succeed.</summary>
    Retry,

    /// <summary>Another broker coordinates, or will.</summary>
    Elsewhere,

    /// <summary>The same again would be refused again.</summary>
    Refused,
}

/// <summary>The error codes as <see cref="CoordinatorVerdict"/>.</summary>
internal static class CoordinatorVerdicts
{
    public static CoordinatorVerdict Of(ErrorCode code) => code switch
    {
        ErrorCode.None => CoordinatorVerdict.Done,
        ErrorCode.ConcurrentTransactions => CoordinatorVerdict.Soon,
        ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable => CoordinatorVerdict.Elsewhere,
        ErrorCode.UnknownServerError => CoordinatorVerdict.Retry,
        _ => code.IsRetriable() || !Enum.IsDefined(code) ? CoordinatorVerdict.Retry : CoordinatorVerdict.Refused,
    };

    /// <summary>Codes by which a coordinator or a leader says that this epoch is over.</summary>
    public static bool IsFencing(this ErrorCode code) => code is ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch;
}
