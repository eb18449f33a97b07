using System.Collections.Immutable;

namespace PixieOrleans.Exec.Kernels.Names;

/// <summary>Numbers of AMQP 0-9-1 and what people call them; specification, "Class and Method Definitions".</summary>
internal static class AmqpNames
{
    /// <summary>Types of frames.</summary>
    public static readonly ImmutableArray<(long Code, string Name)> FrameTypes =
    [
        (1, "Frame method"), (2, "Content Header"), (3, "Content Body"), (8, "Heartbeat"),
    ];

    /// <summary>Methods by the numbers of class and method; 0 stands for the class alone.</summary>
    public static readonly ImmutableArray<(long Class, long Method, string Name)> Methods =
    [
        (10, 0, "Connection"), (10, 10, "ConnectionStart"), (10, 11, "ConnectionStart-ok"),
        (10, 20, "ConnectionSecure"), (10, 21, "ConnectionSecure-ok"), (10, 30, "ConnectionTune"),
        (10, 31, "ConnectionTune-ok"), (10, 40, "ConnectionOpen"), (10, 41, "ConnectionOpen-ok"),
        (10, 50, "ConnectionClose"), (10, 51, "ConnectionClose-ok"), (20, 0, "Channel"), (20, 10, "ChannelOpen"),
        (20, 11, "ChannelOpen-ok"), (20, 20, "ChannelFlow"), (20, 21, "ChannelFlow-ok"), (20, 40, "ChannelClose"),
        (20, 41, "ChannelClose-ok"), (40, 0, "Exchange"), (40, 10, "ExchangeDeclare"), (40, 11, "ExchangeDeclare-ok"),
        (40, 20, "ExchangeDelete"), (40, 21, "ExchangeDelete-ok"), (50, 0, "Queue"), (50, 10, "QueueDeclare"),
        (50, 11, "QueueDeclare-ok"), (50, 20, "QueueBind"), (50, 21, "QueueBind-ok"), (50, 30, "QueuePurge"),
        (50, 31, "QueuePurge-ok"), (50, 40, "QueueDelete"), (50, 41, "QueueDelete-ok"), (50, 50, "QueueUnbind"),
        (50, 51, "QueueUnbind-ok"), (60, 0, "Basic"), (60, 10, "BasicQos"), (60, 11, "BasicQos-ok"),
        (60, 20, "BasicConsume"), (60, 21, "BasicConsume-ok"), (60, 30, "BasicCancel"), (60, 31, "BasicCancel-ok"),
        (60, 40, "BasicPublish"), (60, 50, "BasicReturn"), (60, 60, "BasicDeliver"), (60, 70, "BasicGet"),
        (60, 71, "BasicGet-ok"), (60, 72, "BasicGet-empty"), (60, 80, "BasicAck"), (60, 90, "BasicReject"),
        (60, 100, "BasicRecover-async"), (60, 110, "BasicRecover"), (60, 111, "BasicRecover-ok"), (90, 0, "Tx"),
        (90, 10, "TxSelect"), (90, 11, "TxSelect-ok"), (90, 20, "TxCommit"), (90, 21, "TxCommit-ok"),
        (90, 30, "TxRollback"), (90, 31, "TxRollback-ok"),
    ];
}
