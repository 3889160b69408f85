#pragma once

#include "journal/record_writer.hpp"

#include <batch_cancel/journal_record.hpp>

namespace batch_cancel::fuzz
{

/** Write a record, of whatever type it is. */
inline void write(journal_format::record_writer& writer, journal_record const& record)
{
    switch (record.type)
    {
    case record_type::run:
        writer.run(record.run);
        break;
    case record_type::planned:
        writer.planned(record.settled.pair);
        break;
    case record_type::begun:
        writer.begun(record.begun, record.begun_through);
        break;
    case record_type::admitted:
        writer.admitted(record.settled.pair);
        break;
    case record_type::waiting:
        writer.waiting(record.settled);
        break;
    case record_type::result:
        writer.result(record.settled);
        break;
    case record_type::unprocessed:
        writer.unprocessed(record.settled.pair);
        break;
    case record_type::rejected:
        writer.rejected(record.rejected);
        break;
    case record_type::pause:
        writer.pause(record.paused_until, record.paused_for);
        break;
    case record_type::input:
        writer.input(record.input);
        break;
    case record_type::stop:
    case record_type::summary:
        writer.end(record.end);
        break;
    }
}

}  // namespace batch_cancel::fuzz
