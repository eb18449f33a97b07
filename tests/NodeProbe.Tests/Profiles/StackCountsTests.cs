using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Symbols;

namespace PixieOrleans.NodeProbe.Tests.Profiles;

/// <summary>Counts and texts of stacks.</summary>
public sealed class StackCountsTests
{
    private static readonly SampledProcess Process = new(7, 100);

    [Fact]
    public void Add_SameStack_IsCountedOnceMore()
    {
        var counts = new StackCounts(1 << 20);

        counts.Add(new SampledStack(Process, [1, 2, 3], 2));
        counts.Add(new SampledStack(Process, [1, 2, 3], 2));
        counts.Add(new SampledStack(Process, [1, 2, 3], 3)); // the same addresses, but all of user space
        counts.Add(new SampledStack(new SampledProcess(8, 100), [1, 2, 3], 2));

        Assert.Equal(3, counts.Unnamed.Count);
        Assert.Equal([2L, 1, 1], counts.EndPeriod().Select(stack => stack.Samples));
    }

    [Fact]
    public void EndPeriod_StackNotSeenAgain_IsForgottenWithItsBytes()
    {
        var counts = new StackCounts(1 << 20);
        counts.Add(new SampledStack(Process, [1, 2, 3], 3));
        counts.Name(counts.Unnamed[0], "main;work"u8);
        counts.ClearUnnamed();

        Assert.Single(counts.EndPeriod());
        counts.Add(new SampledStack(Process, [1, 2, 3], 3));
        Assert.Empty(counts.Unnamed); // still known
        Assert.Single(counts.EndPeriod());
        Assert.Empty(counts.EndPeriod());

        Assert.Equal(0, counts.Bytes);
    }

    [Fact]
    public void Add_BeyondTheBound_IsRefusedAndCounted()
    {
        var counts = new StackCounts(maxBytes: 1000);
        for (var i = 0UL; i < 100; i++)
        {
            counts.Add(new SampledStack(Process, [i], 1));
        }

        Assert.InRange(counts.Bytes, 1, 1200);
        Assert.Equal(100, counts.Unnamed.Count + counts.Refused);
        Assert.NotEqual(0, counts.Refused);
    }

    [Fact]
    public void Append_Frames_AreFoldedFromTheRoot()
    {
        var text = new FoldedStack();
        text.Append(FrameText.OfName("main"u8));
        text.Append(FrameText.OfName("odd;name"u8));
        text.Append(FrameText.OfPlace("libx.so", 0x1a2));
        text.AppendKernel("do_syscall_64"u8);

        Assert.Equal("main;odd:name;libx.so+0x1a2;[k] do_syscall_64"u8, text.Text);
    }

    [Fact]
    public void Append_MoreThanFits_LeavesFramesOut()
    {
        var text = new FoldedStack();
        for (var i = 0; i < FoldedStack.MaxBytes; i++)
        {
            text.Append("frame"u8);
        }

        Assert.InRange(text.Text.Length, FoldedStack.MaxBytes - 6, FoldedStack.MaxBytes);
        Assert.EndsWith(";frame", System.Text.Encoding.UTF8.GetString(text.Text));
    }
}
