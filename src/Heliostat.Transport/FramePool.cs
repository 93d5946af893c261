namespace Heliostat.Transport;

/// <summary>Rents frames within a budget of bytes: when it is used up, who asks waits, and so stops reading its socket.</summary>
public sealed class FramePool(long budgetBytes)
{
    public long BudgetBytes { get; } = budgetBytes;

    /// <summary>Bytes rented now, as the size classes round them up.</summary>
    public long RentedBytes => throw new NotSupportedException();

    /// <summary>
    /// Waits in line until <paramref name="bytes"/> fit the budget; more than the whole budget is granted once nothing else is rented.
    /// </summary>
    public ValueTask<Frame> RentAsync(int bytes, CancellationToken ct) => throw new NotSupportedException();

    /// <summary>Charges the budget, beyond its end if need be, without waiting: for small frames and for work that must go on.</summary>
    public Frame RentNow(int bytes) => throw new NotSupportedException();
}
