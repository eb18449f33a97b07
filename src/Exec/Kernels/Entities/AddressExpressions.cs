using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model.Entities;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>
/// A text about the pod that had an address at a time; rows of a process that is known get the text of its own pod.
/// </summary>
/// <param name="upids">Processes of the rows; null when only the address counts.</param>
/// <param name="addresses">Addresses.</param>
/// <param name="times">Times, ns since 1970.</param>
/// <param name="textOf">The text of a pod; empty without one.</param>
/// <param name="options">Bounds, and who is who.</param>
internal sealed class PodAtAddress(
    FixedExpression<UInt128>? upids,
    StringExpression addresses,
    FixedExpression<long> times,
    Func<Pod?, string> textOf,
    ExecutionOptions options)
    : StringExpression(upids is null ? [addresses, times] : [upids, addresses, times])
{
    private readonly EntityView _entities = new(options.Environment);
    private readonly UpidReader? _processes = upids is null ? null : new UpidReader(upids);
    private readonly TextReader _addresses = new(addresses);
    private readonly List<int> _codeOfProcess = []; // -1: no pod, the address decides
    private readonly List<ImmutableArray<(long StartNs, int Code)>> _usesOfAddress = [];
    private ScratchBuffer<int> _processIds;
    private ScratchBuffer<int> _addressIds;
    private TextResults _results = new(options.MaxStringColumnBytes);

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        ForgetWhenFull();
        var processIds = ReadProcesses(batch);
        var addressIds = ReadAddresses(batch);
        var nothing = _results.Add("");
        var timeOf = times.Evaluate(batch);
        var codes = GC.AllocateUninitializedArray<int>(batch.Rows);
        for (var row = 0; row < codes.Length; row++)
        {
            var code = processIds.IsEmpty ? -1 : _codeOfProcess[processIds[row]];
            codes[row] = code >= 0 ? code : CodeAt(_usesOfAddress[addressIds[row]], timeOf[row], nothing);
        }

        return new DictionaryStringColumn(codes, _results.Column);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _processIds.Release();
        _addressIds.Release();
        base.Dispose();
    }

    private static int CodeAt(ImmutableArray<(long StartNs, int Code)> uses, long timeNs, int nothing)
    {
        for (var i = uses.Length - 1; i >= 0; i--)
        {
            if (uses[i].StartNs <= timeNs)
            {
                return uses[i].Code;
            }
        }

        return nothing;
    }

    private Span<int> ReadProcesses(RowBatch batch)
    {
        if (_processes is null)
        {
            return [];
        }

        var ids = _processIds.Get(batch.Rows);
        _processes.Encode(batch, ids);
        foreach (var upid in _processes.From(_codeOfProcess.Count))
        {
            var pod = _entities.Now.PodOf(_entities.Now.FindProcess(upid));
            _codeOfProcess.Add(pod is null ? -1 : _results.Add(textOf(pod)));
        }

        return ids;
    }

    private Span<int> ReadAddresses(RowBatch batch)
    {
        var ids = _addressIds.Get(batch.Rows);
        _addresses.Encode(batch, ids);
        foreach (var address in _usesOfAddress.Count < _addresses.Count ? _addresses.From(_usesOfAddress.Count) : [])
        {
            _usesOfAddress.Add([.. _entities.Now.AddressUses(address).Select(
                use => (use.StartNs, _results.Add(textOf(_entities.Now.FindPod(use.PodId)))))]);
        }

        return ids;
    }

    private void ForgetWhenFull()
    {
        if (_entities.Refresh() || _addresses.IsFull || _processes is { IsFull: true })
        {
            _processes?.Clear();
            _addresses.Clear();
            _codeOfProcess.Clear();
            _usesOfAddress.Clear();
            _results = new TextResults(options.MaxStringColumnBytes);
        }
    }
}
