using System.Runtime.InteropServices;
using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model.Profiles;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>
/// pprof: stacks and their counts as a profile.proto message, not compressed; an error text when the sampling periods
/// of the rows differ.
/// </summary>
/// <remarks>
/// State: sampling period in ms (8 bytes; -1 without rows, -2 when they differ), then per stack its count (8 bytes),
/// length (8 bytes) and bytes.
/// </remarks>
internal sealed class PprofAccumulator(
    int stackColumn, int countColumn, int periodColumn, ExecutionOptions options, MemoryBudget budget) : Accumulator
{
    private const long NsPerMs = 1_000_000;
    private const int StackBytes = 120; // of the entries of a stack, without its text

    private readonly StringArena _output = new(options.MaxStringColumnBytes);
    private Group?[] _groups = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_groups.Length < groups)
        {
            _groups = budget.Grow(_groups, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var stacks = (StringColumn)batch.Columns[stackColumn];
        var counts = ((FixedColumn<long>)batch.Columns[countColumn]).Values;
        var periods = ((FixedColumn<long>)batch.Columns[periodColumn]).Values;
        for (var i = 0; i < groups.Length; i++)
        {
            var group = _groups[groups[i]] ??= new Group();
            group.AddPeriod(periods[i]);
            Add(group, stacks.GetUtf8(i), counts[i]);
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count)
    {
        _output.Start();
        for (var i = 0; i < count; i++)
        {
            var group = _groups[start + i] ?? new Group();
            if (group.PeriodMs == Group.Differs)
            {
                _output.Append("pprof: the rows of this group have several sampling periods; group by the period"u8);
            }
            else
            {
                _output.Append(new PprofWriter().Write(group.Counts, Math.Max(0, group.PeriodMs) * NsPerMs));
            }

            _output.EndCell();
        }

        return _output.ToColumn();
    }

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output)
    {
        var state = _groups[group] ?? new Group();
        output.AppendInt64(state.PeriodMs);
        foreach (var (stack, count) in state.Counts)
        {
            var text = Encoding.UTF8.GetBytes(stack);
            output.AppendInt64(count);
            output.AppendInt64(text.Length);
            output.Append(text);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _output.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        var target = _groups[group] ??= new Group();
        target.AddPeriod(state.ReadInt64());
        while (state.Remaining > 0)
        {
            var count = state.ReadInt64();
            Add(target, state.Take((int)Math.Min(int.MaxValue, state.ReadCount())), count);
        }
    }

    private void Add(Group group, ReadOnlySpan<byte> stack, long count)
    {
        var text = stack.Length <= 1024 ? stackalloc char[stack.Length] : new char[stack.Length];
        text = text[..Encoding.UTF8.GetChars(stack, text)];
        ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(
            group.ByText, text, out var isKnown);
        if (!isKnown)
        {
            budget.Charge(StackBytes + (sizeof(char) * text.Length));
        }

        total += count;
    }

    private sealed class Group
    {
        public const long None = -1;
        public const long Differs = -2;

        public Group() => ByText = Counts.GetAlternateLookup<ReadOnlySpan<char>>();

        public Dictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> ByText { get; }

        public long PeriodMs { get; private set; } = None;

        public void AddPeriod(long periodMs)
        {
            if (periodMs != None && periodMs != PeriodMs)
            {
                PeriodMs = PeriodMs == None ? periodMs : Differs;
            }
        }
    }
}
