namespace Heliostat.Mirroring.Topics.Configs;

/// <summary>
/// Finds out which of several configs a cluster takes when it refused them together: one after the other on top of those that it took, and
/// what it refused once more at the end, because some are only allowed beside others.
/// </summary>
internal static class GreedyConfigs
{
    /// <param name="items">What was refused together.</param>
    /// <param name="tryAsync">Asks for one more beside those taken so far; null when it is taken, else the cause.</param>
    public static async Task<(List<T> Taken, List<(T Item, string Cause)> Refused)> SortAsync<T>(
        IEnumerable<T> items, Func<IReadOnlyList<T>, T, Task<string?>> tryAsync)
    {
        var taken = new List<T>();
        var left = items.ToList();
        while (true)
        {
            var refused = new List<(T Item, string Cause)>();
            foreach (var item in left)
            {
                if (await tryAsync(taken, item) is { } cause)
                {
                    refused.Add((item, cause));
                }
                else
                {
                    taken.Add(item);
                }
            }

            if (refused.Count == 0 || refused.Count == left.Count)
            {
                return (taken, refused);
            }

            left = [.. refused.Select(r => r.Item)];
        }
    }
}
