namespace Heliostat.Client.Transactions;

/// <summary>What came of asking a coordinator once.</summary>
/// <param name="Verdict">What to do.</param>
/// <param name="Code">The error; NONE when it is done.</param>
/// <param name="Message">The error in words.</param>
/// <param name="IsLost">No answer came: it may have been done, and may still be.</param>
/// <param name="Answer">The answer, when one came.</param>
internal readonly record struct CoordinatorAttempt<TResponse>(CoordinatorVerdict Verdict, ErrorCode Code, string Message, bool IsLost,
    TResponse? Answer);
