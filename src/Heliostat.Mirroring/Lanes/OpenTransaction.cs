using System.Globalization;

namespace Heliostat.Mirroring.Lanes;

/// <summary>A transaction that is open, as far as it is known.</summary>
/// <param name="ProducerId">Its producer; null where the broker does not tell.</param>
/// <param name="TransactionalId">Its transactional id.</param>
/// <param name="Since">When it began, by its coordinator's clock.</param>
/// <param name="Timeout">After which its coordinator aborts it.</param>
internal readonly record struct OpenTransaction(long? ProducerId, string? TransactionalId, DateTimeOffset? Since, TimeSpan? Timeout)
{
    /// <summary>For whom a lane waits, and since when.</summary>
    /// <param name="offset">Where the transaction begins in the lane's partition.</param>
    /// <param name="heldSince">Since when the lane has been seen to wait: what there is to say where the broker does not tell more.</param>
    public string Describe(long offset, DateTimeOffset heldSince)
    {
        var whose = TransactionalId is not null ? $"transaction of '{TransactionalId}' (producer id {Text(ProducerId)})"
            : ProducerId is not null ? $"transaction of producer id {Text(ProducerId)}"
            : "transaction";
        var since = Since is { } began ? $"open since {Clock(began)}" : $"waited for since {Clock(heldSince)}";
        var timeout = Timeout is { } limit ? string.Create(CultureInfo.InvariantCulture,
            $", and is aborted {limit.TotalSeconds:0.#} s after its start unless it ends before") : "";
        return $"waits for the {whose} that begins at offset {Text(offset)}: {since}{timeout}";
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Clock(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);
}
