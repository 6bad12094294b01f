//! The firmware's checksums of its own image equal those of its ELF file.

use super::{COUNTED, Ran, boards, build, run};
use crc::{CRC_32_ISO_HDLC, Crc};
use object::{
    LittleEndian,
    elf::{FileHeader32, PT_LOAD},
    read::elf::{FileHeader, ProgramHeader},
};
use runner::qemu::End;
use std::{fs, path::Path};

/// The firmware's block size.
const BLOCK: usize = 1024;

/// The programmed bytes, from the first address on; QEMU fills gaps with zeros.
fn image(elf: &Path) -> Vec<u8> {
    let bytes = fs::read(elf).unwrap();
    let header = FileHeader32::<LittleEndian>::parse(&*bytes).unwrap();
    let endian = header.endian().unwrap();
    let segments = header.program_headers(endian, &*bytes).unwrap().iter();
    let programmed: Vec<_> = segments
        .filter(|it| it.p_type(endian) == PT_LOAD && it.p_filesz(endian) > 0)
        .map(|it| (it.p_paddr(endian), it.data(endian, &*bytes).unwrap()))
        .collect();
    let base = programmed
        .iter()
        .map(|(address, _)| *address)
        .min()
        .unwrap();
    let mut image = Vec::new();
    for (address, data) in programmed {
        let start = (address - base) as usize;
        let end = start + data.len();
        image.resize(image.len().max(end), 0);
        image[start..end].copy_from_slice(data);
    }
    image
}

/// The lines that the firmware must log for this image.
fn expected(image: &[u8]) -> Vec<String> {
    let crc = Crc::<u32>::new(&CRC_32_ISO_HDLC);
    let blocks = image.chunks(BLOCK).enumerate().map(|(index, block)| {
        let (bytes, crc) = (block.len(), crc.checksum(block));
        format!("block {index}: {bytes} bytes, crc {crc:08x}")
    });
    [format!("image of {} bytes", image.len())]
        .into_iter()
        .chain(blocks)
        .collect()
}

fn logged(ran: &Ran) -> Vec<&str> {
    let belongs = |line: &&str| line.starts_with("image ") || line.starts_with("block ");
    ran.messages().into_iter().filter(belongs).collect()
}

#[test]
fn the_firmware_and_the_host_agree_on_every_block() {
    for board in boards() {
        let elf = build(board, "checksum", &[]);
        let image = image(&elf);
        assert!(image.len() > 4 * BLOCK, "something for every worker");
        for icount in [COUNTED, None] {
            let ran = run(board, &elf, icount, b"");
            assert_eq!(ran.end, End::Exit(0), "{:?}", ran.log);
            assert_eq!(logged(&ran), expected(&image), "{}", board.name);
            let recorded: Vec<_> = ran.numbers("cycles a block").collect();
            assert_eq!(recorded, [image.len().div_ceil(BLOCK)]);
        }
    }
}

/// With instructions counted, a block takes several ticks, and each tick starts another worker.
#[test]
fn the_workers_preempt_each_other() {
    for board in boards() {
        let ran = run(board, &build(board, "checksum", &[]), COUNTED, b"");
        let deepest: Vec<_> = ran.numbers("inside one another").collect();
        assert_eq!(deepest, [4], "{}", board.name);
    }
}

#[test]
fn a_single_wrong_bit_is_seen() {
    let board = boards().next().unwrap();
    let elf = build(board, "checksum", &[]);
    let ran = run(board, &elf, COUNTED, b"");
    let image = image(&elf);
    for at in [0, image.len() / 2, image.len() - 1] {
        let mut image = image.clone();
        image[at] ^= 1;
        let expected = expected(&image);
        let differ: Vec<_> = (0..expected.len())
            .filter(|line| logged(&ran)[*line] != expected[*line])
            .collect();
        // The first line is about the whole image.
        assert_eq!(differ, [1 + at / BLOCK]);
    }
    assert_ne!(logged(&ran), expected(&image[..image.len() - 1]));
}
