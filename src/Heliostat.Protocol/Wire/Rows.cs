using System.Collections;

namespace Heliostat.Protocol.Wire;

/// <summary>
/// A list that keeps its elements when it is cleared and hands them out again, so that a message read or filled over and over
/// allocates nothing once it has seen its largest shape. An element handed out again holds its old values.
/// </summary>
public sealed class Rows<T> : IReadOnlyList<T> where T : class, new()
{
    private T[] _rows = [];

    public int Count { get; private set; }

    public T this[int index] => index < Count ? _rows[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Appends an element, a used one when there is one.</summary>
    public T Next()
    {
        if (Count == _rows.Length)
        {
            Array.Resize(ref _rows, Math.Max(4, Count * 2));
        }

        return _rows[Count++] ??= new T();
    }

    /// <summary>Appends <paramref name="row"/>.</summary>
    public void Add(T row)
    {
        Next();
        _rows[Count - 1] = row;
    }

    /// <summary>Makes the list empty and keeps the elements for <see cref="Next"/>.</summary>
    public void Clear() => Count = 0;

    public ReadOnlySpan<T>.Enumerator GetEnumerator() => new ReadOnlySpan<T>(_rows, 0, Count).GetEnumerator();

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => new ArraySegment<T>(_rows, 0, Count).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<T>)this).GetEnumerator();
}
